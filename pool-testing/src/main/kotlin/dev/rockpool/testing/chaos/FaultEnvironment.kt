package dev.rockpool.testing.chaos

import dev.rockpool.testing.EmbeddedDatabase
import dev.rockpool.testing.FaultProxy
import java.sql.Connection
import java.sql.DriverManager
import java.sql.SQLException
import java.util.concurrent.TimeUnit
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import org.postgresql.ds.PGSimpleDataSource

/** What faults act on: the server, the network to it, and the pool's data source. */
internal class FaultEnvironment(
    val database: EmbeddedDatabase,
    private val settings: ChaosSettings,
    private val random: Random,
) : AutoCloseable {
    val proxy: FaultProxy = FaultProxy.to("localhost", database.port())

    /** The pool's data source, which connects through the proxy. */
    val source: PGSimpleDataSource =
        PGSimpleDataSource().apply {
            setURL(database.url(proxy))
            user = database.user()
            password = database.password()
            applicationName = SessionWatch.NAME
        }

    /** Changes the user's password on the server and in the pool's data source. */
    fun changePassword(next: String) {
        database.changePassword(next)
        source.password = next
    }

    /** Draws the duration of the next fault. */
    fun faultTime(): Duration = settings.faultTime * random.nextDouble(SHORTEST, LONGEST)

    /** Waits while the fault lasts. */
    fun hold(): Unit = TimeUnit.NANOSECONDS.sleep(faultTime().inWholeNanoseconds)

    /** Connects again and again until the server accepts. Returns the time of that. */
    fun awaitAccepting(): Long {
        check(awaitUntil(TIME_LIMIT) { accepts() }) { "the server did not accept a connection within $TIME_LIMIT" }
        return System.nanoTime()
    }

    private fun accepts(): Boolean =
        try {
            connect("probe").close()
            true
        } catch (_: SQLException) {
            false
        }

    /** The server's process ids of the pool's sessions. */
    fun sessions(): List<Int> = database.connect().use { it.numbers(SESSIONS) }

    /** Ends all sessions of the pool and waits until they are gone. */
    fun kill(): Unit = kill(sessions())

    /** Ends these sessions, as the server does once it finds their clients gone. Waits until they are gone. */
    fun kill(sessions: List<Int>) {
        if (sessions.isEmpty()) return
        database.connect().use { admin ->
            val theirs = "from pg_stat_activity where pid in (${sessions.joinToString()})"
            admin.numbers("select count(*) filter (where pg_terminate_backend(pid)) $theirs")
            check(awaitUntil(TIME_LIMIT) { admin.numbers("select pid $theirs").isEmpty() }) {
                "killed sessions are still listed"
            }
        }
    }

    /** Opens sessions, as another program of the same user would, until the server is full. */
    fun takeAllSessions(): List<Connection> =
        generateSequence {
                try {
                    connect("other")
                } catch (e: SQLException) {
                    if (e.sqlState == TOO_MANY_CONNECTIONS) null else throw e
                }
            }
            .toList()

    /** Waits until at most [taken] of the sessions from [takeAllSessions] are left. */
    fun awaitSessionsClosed(taken: Int) {
        database.connect().use { admin ->
            val others = "select pid from pg_stat_activity where application_name = 'other'"
            check(awaitUntil(TIME_LIMIT) { admin.numbers(others).size <= taken }) { "closed sessions are still listed" }
        }
    }

    private fun connect(name: String) =
        DriverManager.getConnection("${database.url()}?ApplicationName=$name", database.user(), database.password())

    private fun Connection.numbers(sql: String): List<Int> =
        createStatement().use { statement ->
            statement.executeQuery(sql).use { rows -> buildList { while (rows.next()) add(rows.getInt(1)) } }
        }

    override fun close(): Unit = proxy.close()

    companion object {
        /** After this time anything counts as hung. */
        val TIME_LIMIT: Duration = 30.seconds

        private const val SHORTEST = 0.5
        private const val LONGEST = 1.5
        private const val TOO_MANY_CONNECTIONS = "53300"
        private const val SESSIONS = "select pid from pg_stat_activity where application_name = '${SessionWatch.NAME}'"
    }
}
