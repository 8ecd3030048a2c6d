package dev.rockpool.jdbc.internal.postgres

import dev.rockpool.jdbc.internal.connection.PhysicalConnection
import dev.rockpool.jdbc.internal.connection.PostgresSession
import java.sql.Connection
import java.sql.ResultSet
import java.sql.SQLException
import java.time.Instant
import java.time.ZoneOffset
import kotlin.time.Duration
import kotlin.time.DurationUnit

/** What a PostgreSQL server says of its sessions. Blocks. */
internal object PostgresSessions {
    /** Of no table or view: to look at the first one takes a new session longer than all of this. */
    private const val SELF = "select inet_server_addr(), inet_server_port(), pg_backend_pid(), clock_timestamp()"

    private const val END = "select pg_terminate_backend(pid) from pg_stat_activity where pid = ? and backend_start < ?"

    /** What we cannot see has no state, and is not judged. */
    private const val OTHERS =
        "select inet_server_addr(), inet_server_port(), pid, backend_start, coalesce(state like 'idle%' " +
            "and state_change < clock_timestamp() - make_interval(secs => ?), false) from pg_stat_activity"

    /**
     * The session of a new connection. Null when this is not PostgreSQL's own driver, or when something between it and
     * the server, such as a proxy that shares sessions, makes that question meaningless.
     */
    fun of(driver: Connection): PostgresSession? {
        val pid = pid(driver) ?: return null
        return try {
            self(driver)?.takeIf { it.pid() == pid }
        } catch (_: SQLException) { // what speaks PostgreSQL's protocol need not have its functions
            null
        }
    }

    private fun self(driver: Connection): PostgresSession? =
        driver.createStatement().use { statement ->
            statement.executeQuery(SELF).use { row ->
                if (row.next()) PostgresSession(row.server(), row.getInt(PID), row.getTimestamp(TIME).toInstant())
                else null
            }
        }

    /**
     * Those whose session is gone, and those on which nothing has passed for [limit] while their session was idle: what
     * their callers wait for will not come. An idle session alone says nothing: its answer, or the request, may be on
     * the way, or the caller does something else. Sessions of another server than the witness's are not judged.
     */
    fun findLost(
        silent: List<PhysicalConnection>,
        witness: PhysicalConnection,
        limit: Duration,
    ): List<PhysicalConnection> {
        val self = witness.serverSession() ?: return emptyList()
        val seen = sessions(witness.driver(), limit / 2)
        // Its role was changed to one that may not see sessions like ours, or what speaks the protocol has no such
        // view.
        seen[self.pid()]?.takeIf { it.isOf(self) } ?: return emptyList()
        return silent.filter { connection ->
            val session = connection.serverSession()
            session != null &&
                session.server() == self.server() &&
                seen[session.pid()]
                    ?.takeIf { it.isOf(session) }
                    .let { it == null || it.idle && connection.isQuiet(limit.inWholeNanoseconds) }
        }
    }

    /**
     * Ends sessions that we have cut off, if the server still has them: the network did not tell it. Such a session
     * would hold its place and its locks until the server notices by itself, which takes hours.
     */
    fun end(driver: Connection, self: PostgresSession, sessions: List<PostgresSession>) {
        try {
            driver.prepareStatement(END).use { statement ->
                for (session in sessions.filter { it.server() == self.server() }) {
                    statement.setInt(1, session.pid())
                    statement.setObject(2, session.begunBefore().atOffset(ZoneOffset.UTC))
                    statement.executeQuery().close()
                }
            }
            if (!driver.autoCommit) driver.rollback()
        } catch (_: SQLException) {
            // we may not, or this one is lost, too; the server notices some day
        }
    }

    /** A session as the server shows it; and whether it has been idle for long. */
    private class Seen(private val server: String, private val since: Instant, val idle: Boolean) {
        fun isOf(session: PostgresSession) = server == session.server() && since < session.begunBefore()
    }

    /** Every session of the server that may be seen, by the number of its process. */
    private fun sessions(driver: Connection, idle: Duration): Map<Int, Seen> {
        val seen =
            try {
                driver.prepareStatement(OTHERS).use { statement ->
                    statement.setDouble(1, idle.toDouble(DurationUnit.SECONDS))
                    statement.executeQuery().use(::seen)
                }
            } catch (e: SQLException) {
                if (e.sqlState?.startsWith(NO_SUCH_VIEW) != true) throw e
                emptyMap()
            }
        if (!driver.autoCommit) driver.rollback()
        return seen
    }

    private fun seen(rows: ResultSet): Map<Int, Seen> = buildMap {
        while (rows.next()) {
            val since = rows.getTimestamp(TIME) ?: continue // of another user's, or of the server's own
            put(rows.getInt(PID), Seen(rows.server(), since.toInstant(), rows.getBoolean(IDLE)))
        }
    }

    private fun ResultSet.server() = "${getString(1).orEmpty()}:${getInt(2)}"

    /** As the driver was told when it logged in. Null when this is not PostgreSQL's own. */
    private fun pid(driver: Connection): Int? =
        try {
            val api = Class.forName("org.postgresql.PGConnection", false, driver.javaClass.classLoader)
            if (api.isInstance(driver)) api.getMethod("getBackendPID").invoke(driver) as Int else null
        } catch (_: ReflectiveOperationException) {
            null
        }

    /** The class of errors in a statement: what speaks PostgreSQL's protocol need not have its views. */
    private const val NO_SUCH_VIEW = "42"
    private const val PID = 3
    private const val TIME = 4
    private const val IDLE = 5
}
