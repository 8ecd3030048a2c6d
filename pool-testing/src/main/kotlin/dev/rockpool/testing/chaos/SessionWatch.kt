package dev.rockpool.testing.chaos

import dev.rockpool.testing.EmbeddedDatabase
import java.sql.Connection
import java.sql.SQLException
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread

/**
 * Counts the pool's sessions as the server sees them, as long as it can be asked.
 *
 * A session that has said goodbye stays listed for a moment after its client was let go. So a count above the limit is
 * looked at again, and only a surplus that lasts is a broken limit.
 */
internal class SessionWatch(private val database: EmbeddedDatabase, private val limit: Int) : AutoCloseable {
    private val ended = CountDownLatch(1)
    private val watcher = thread(isDaemon = true, name = "session watch", block = { watch() })

    /** How often the server was asked. */
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
                ended.await(BETWEEN_LOOKS, TimeUnit.MILLISECONDS) // the server is away
            }
        }
    }

    private fun watch(connection: Connection) {
        while (!ended.await(BETWEEN_LOOKS, TimeUnit.MILLISECONDS)) look(connection)
    }

    private fun look(connection: Connection) {
        var seen = count(connection)
        momentaryPeak = maxOf(momentaryPeak, seen)
        var again = 0
        while (seen > limit && again++ < SECOND_LOOKS && !ended.await(BETWEEN_SECOND_LOOKS, TimeUnit.MILLISECONDS)) {
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

    /** Returns when nobody watches any more. */
    override fun close() {
        ended.countDown()
        watcher.join()
    }

    companion object {
        /** The name that the pool's sessions bear. */
        const val NAME = "chaos"

        private const val BETWEEN_LOOKS = 20L
        private const val BETWEEN_SECOND_LOOKS = 50L
        private const val SECOND_LOOKS = 6
        private const val COUNT = "select count(*) from pg_stat_activity where application_name = '$NAME'"
    }
}
