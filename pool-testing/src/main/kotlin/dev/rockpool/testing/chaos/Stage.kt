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

/** What a fault has at hand: the server, the network to it, and what the pool connects by. */
internal class Stage(val database: EmbeddedDatabase, private val settings: ChaosSettings, private val random: Random) :
    AutoCloseable {
    val proxy: FaultProxy = FaultProxy.to("localhost", database.port())

    /** What the pool connects by, through the proxy. */
    val source: PGSimpleDataSource =
        PGSimpleDataSource().apply {
            setURL(database.url(proxy))
            user = database.user()
            password = database.password()
            applicationName = SessionWatch.NAME
        }

    /** Gives the user another password, on the server and where the pool connects by. */
    fun changePassword(next: String) {
        database.changePassword(next)
        source.password = next
    }

    /** How long the next fault lasts. */
    fun faultTime(): Duration = settings.faultTime * random.nextDouble(SHORTEST, LONGEST)

    /** Lets the fault last. */
    fun hold(): Unit = TimeUnit.NANOSECONDS.sleep(faultTime().inWholeNanoseconds)

    /** Waits until the server lets somebody in who asks without pause; returns when that was. */
    fun awaitAccepting(): Long {
        check(awaitUntil(PATIENCE) { accepts() }) { "the server does not accept within $PATIENCE" }
        return System.nanoTime()
    }

    private fun accepts(): Boolean =
        try {
            connect("probe").close()
            true
        } catch (_: SQLException) {
            false
        }

    /** The server's numbers of the pool's sessions. */
    fun sessions(): List<Int> = database.connect().use { it.numbers(SESSIONS) }

    /** Ends all sessions of the pool; returns when they are dead. */
    fun kill(): Unit = kill(sessions())

    /** Ends these, as the server does itself once it finds their clients gone; returns when they are dead. */
    fun kill(sessions: List<Int>) {
        if (sessions.isEmpty()) return
        database.connect().use { admin ->
            val theirs = "from pg_stat_activity where pid in (${sessions.joinToString()})"
            admin.numbers("select count(*) filter (where pg_terminate_backend(pid)) $theirs")
            check(awaitUntil(PATIENCE) { admin.numbers("select pid $theirs").isEmpty() }) { "killed sessions live on" }
        }
    }

    /** Takes places on the server, as another program of the same user would, until there is none left. */
    fun takeAllPlaces(): List<Connection> =
        generateSequence {
                try {
                    connect("other")
                } catch (e: SQLException) {
                    if (e.sqlState == TOO_MANY) null else throw e
                }
            }
            .toList()

    /** Waits until the server has let go of all but so many that [takeAllPlaces] took. */
    fun awaitPlaces(taken: Int) {
        database.connect().use { admin ->
            val others = "select pid from pg_stat_activity where application_name = 'other'"
            check(awaitUntil(PATIENCE) { admin.numbers(others).size <= taken }) { "closed sessions live on" }
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
        /** How long anything may take before it counts as never. */
        val PATIENCE: Duration = 30.seconds

        private const val SHORTEST = 0.5
        private const val LONGEST = 1.5
        private const val TOO_MANY = "53300"
        private const val SESSIONS = "select pid from pg_stat_activity where application_name = '${SessionWatch.NAME}'"
    }
}
