package dev.rockpool.testing.chaos

import dev.rockpool.testing.EmbeddedDatabase
import java.sql.Connection
import java.sql.SQLException
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread

/**
 * Counts the pool's sessions on the server, whenever the server can be queried.
 *
 * A session that its client has closed stays listed for a moment. So a count above the limit is checked again, and only
 * a lasting surplus breaks the limit.
 */
internal class SessionWatch(private val database: EmbeddedDatabase, private val limit: Int) : AutoCloseable {
    private val ended = CountDownLatch(1)
    private val watcher = thread(isDaemon = true, name = "session watch", block = { watch() })

    /** How often the server was queried. */
    @Volatile
    var looks = 0
        private set

    @Volatile
    var peak = 0
        private set

    @Volatile
    var momentaryPeak = 0
        private set

    private fun watch() {
        while (ended.count > 0) {
            try {
                database.connect().use(::watch)
            } catch (_: SQLException) {
                ended.await(LOOK_MILLIS, TimeUnit.MILLISECONDS) // the server is down
            }
        }
    }

    private fun watch(connection: Connection) {
        while (!ended.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) look(connection)
    }

    private fun look(connection: Connection) {
        var seen = count(connection)
        momentaryPeak = maxOf(momentaryPeak, seen)
        var again = 0
        while (seen > limit && again++ < MAX_RECHECKS && !ended.await(RECHECK_MILLIS, TimeUnit.MILLISECONDS)) {
            seen = minOf(seen, count(connection))
        }
        peak = maxOf(peak, seen)
        looks++
    }

    private fun count(connection: Connection): Int =
        connection.createStatement().use { statement ->
            statement.executeQuery(COUNT).use {
                it.next()
                it.getInt(1)
            }
        }

    /** Stops watching and waits for the thread to end. */
    override fun close() {
        ended.countDown()
        watcher.join()
    }

    companion object {
        /** The application name of the pool's sessions. */
        const val NAME = "chaos"

        private const val LOOK_MILLIS = 20L
        private const val RECHECK_MILLIS = 50L
        private const val MAX_RECHECKS = 6
        private const val COUNT = "select count(*) from pg_stat_activity where application_name = '$NAME'"
    }
}
