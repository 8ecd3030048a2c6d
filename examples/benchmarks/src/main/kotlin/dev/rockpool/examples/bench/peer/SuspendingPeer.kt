package dev.rockpool.examples.bench.peer

import dev.rockpool.examples.bench.driver.IdleDriver
import java.sql.Connection
import java.sql.DriverManager
import java.util.concurrent.CountDownLatch
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking

/**
 * Pools for coroutines, each configured and used as its own documentation shows.
 *
 * @property key its name in results
 * @property peer its name in options
 * @property title its title, with a placeholder for the version
 * @property versionOf the artifact whose version that is
 * @property settings its settings
 */
enum class SuspendingPeer(
    val key: String,
    val peer: String,
    val title: String,
    val versionOf: String,
    val settings: Map<String, String>,
) {
    ROCKPOOL(
        "rockpool",
        "rockpool",
        "Rockpool %s, withConnection",
        "rockpool",
        mapOf("maxSize" to "10", "minIdle" to "10", "deadline of each call" to "30 s (default)"),
    ) {
        override fun open(size: Int) = RockpoolLoops(size)
    },
    REACTOR_POOL(
        "reactor-pool",
        "reactor-pool",
        "reactor-pool %s",
        "reactor-pool",
        mapOf("sizeBetween" to "10, 10", "deadline of each call" to "30 s"),
    ) {
        override fun open(size: Int) = ReactorLoops(size)
    },
    HIKARICP_IO(
        "hikaricp-io",
        "hikaricp",
        "HikariCP %s in Dispatchers.IO",
        "hikaricp",
        mapOf("maximumPoolSize" to "10", "minimumIdle" to "10"),
    ) {
        override fun open(size: Int) = HikariLoops(size)
    },
    SEMAPHORE(
        "semaphore",
        "semaphore",
        "Semaphore and ArrayDeque (coroutines %s)",
        "coroutines",
        mapOf("permits" to "10", "deadline of each call" to "none"),
    ) {
        override fun open(size: Int) = SemaphoreLoops(size)
    },
    CHANNEL(
        "channel",
        "channel",
        "bare Channel (coroutines %s)",
        "coroutines",
        mapOf("capacity" to "10", "deadline of each call" to "none"),
    ) {
        override fun open(size: Int) = ChannelLoops(size)
    },

    /** As in every program with blocking calls: each dispatch needlessly wakes one of the threads. */
    CHANNEL_IO(
        "channel-io",
        "channel",
        "the same with idle threads of Dispatchers.IO",
        "coroutines",
        mapOf("capacity" to "10", "deadline of each call" to "none", "threads of Dispatchers.IO" to "4"),
    ) {
        override fun open(size: Int): SuspendingPool {
            startIoThreads(4)
            return ChannelLoops(size)
        }
    };

    /** Opens a pool with [size] connections. */
    abstract fun open(size: Int): SuspendingPool

    companion object {
        /** The peer with this key. */
        @JvmStatic fun named(key: String): SuspendingPeer = values().first { it.key == key }

        private fun startIoThreads(count: Int) {
            val all = CountDownLatch(count)
            runBlocking(Dispatchers.IO) {
                repeat(count) {
                    launch {
                        all.countDown()
                        all.await()
                    }
                }
            }
        }

        internal fun connect(): Connection = DriverManager.getConnection(IdleDriver.URL)
    }
}
