package dev.rockpool.jdbc.internal

import java.sql.Connection
import java.sql.SQLException
import kotlin.time.Duration
import kotlin.time.DurationUnit

/**
 * Which session of which PostgreSQL server this is.
 *
 * @property server address and port as the server knows them
 * @property pid its process there
 * @property since when that process began: a number may be used again
 */
internal data class PostgresSession(val server: String, val pid: Int, val since: String)

/** What a PostgreSQL server says of its sessions. Blocks. */
internal object PostgresSessions {
    private const val SERVER = "coalesce(host(inet_server_addr()), '') || ':' || coalesce(inet_server_port(), 0)"
    private const val SELF =
        "select $SERVER, pid, extract(epoch from backend_start)::text from pg_stat_activity where pid = pg_backend_pid()"

    private const val END =
        "select pg_terminate_backend(pid) from pg_stat_activity " +
            "where pid = ? and extract(epoch from backend_start)::text = ?"

    /** What we cannot see has no state, and is not judged. */
    private const val OTHERS =
        "select $SERVER, pid, extract(epoch from backend_start)::text, coalesce(state like 'idle%' " +
            "and state_change < clock_timestamp() - make_interval(secs => ?), false) from pg_stat_activity"

    /**
     * The session of a new connection. Null when this is not PostgreSQL's own driver, or when something between it and
     * the server, such as a proxy that shares sessions, makes that question meaningless.
     */
    fun of(driver: Connection): PostgresSession? {
        val pid = pid(driver) ?: return null
        return try {
            self(driver)?.takeIf { it.pid == pid }
        } catch (_: SQLException) { // what speaks PostgreSQL's protocol need not have its views
            null
        }
    }

    private fun self(driver: Connection): PostgresSession? =
        driver.createStatement().use { statement ->
            statement.executeQuery(SELF).use { row -> if (row.next()) row.session() else null }
        }

    /**
     * Those whose session is gone, or has been idle for [since]: what their callers wait for will not come. Sessions of
     * another server than the witness's are not judged.
     */
    fun findLost(
        silent: List<PhysicalConnection>,
        witness: PhysicalConnection,
        since: Duration,
    ): List<PhysicalConnection> {
        val self = witness.serverSession() ?: return emptyList()
        val idle = sessions(witness.driver(), since)
        if (self !in idle) return emptyList() // its role was changed to one that may not see sessions like ours
        return silent.filter { connection ->
            val session = connection.serverSession()
            session != null && session.server == self.server && idle[session] != false
        }
    }

    /**
     * Ends sessions that we have cut off, if the server still has them: the network did not tell it. Such a session
     * would hold its place and its locks until the server notices by itself, which takes hours.
     */
    fun end(driver: Connection, self: PostgresSession, sessions: List<PostgresSession>) {
        try {
            driver.prepareStatement(END).use { statement ->
                for (session in sessions.filter { it.server == self.server }) {
                    statement.setInt(1, session.pid)
                    statement.setString(2, session.since)
                    statement.executeQuery().close()
                }
            }
            if (!driver.autoCommit) driver.rollback()
        } catch (_: SQLException) {
            // we may not, or this one is lost, too; the server notices some day
        }
    }

    /** Every session of the server, and whether it has been idle for this long. */
    private fun sessions(driver: Connection, since: Duration): Map<PostgresSession, Boolean> {
        val sessions =
            driver.prepareStatement(OTHERS).use { statement ->
                statement.setDouble(1, since.toDouble(DurationUnit.SECONDS))
                statement.executeQuery().use { rows ->
                    buildMap { while (rows.next()) put(rows.session(), rows.getBoolean(IDLE_COLUMN)) }
                }
            }
        if (!driver.autoCommit) driver.rollback()
        return sessions
    }

    private fun java.sql.ResultSet.session() = PostgresSession(getString(1), getInt(2), getString(3).orEmpty())

    /** As the driver was told when it logged in. Null when this is not PostgreSQL's own. */
    private fun pid(driver: Connection): Int? =
        try {
            val api = Class.forName("org.postgresql.PGConnection", false, driver.javaClass.classLoader)
            if (api.isInstance(driver)) api.getMethod("getBackendPID").invoke(driver) as Int else null
        } catch (_: ReflectiveOperationException) {
            null
        }

    private const val IDLE_COLUMN = 4
}
