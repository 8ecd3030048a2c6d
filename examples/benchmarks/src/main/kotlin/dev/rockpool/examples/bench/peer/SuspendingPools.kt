package dev.rockpool.examples.bench.peer

import dev.rockpool.ConnectionFactory
import dev.rockpool.Pool
import dev.rockpool.withConnection
import java.sql.Connection
import java.time.Duration
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.reactor.awaitSingle
import kotlinx.coroutines.reactor.awaitSingleOrNull
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.sync.Semaphore
import kotlinx.coroutines.sync.withPermit
import kotlinx.coroutines.withContext
import reactor.core.publisher.Mono
import reactor.pool.InstrumentedPool
import reactor.pool.PoolBuilder

internal class RockpoolLoops(size: Int) : SuspendingPool {
    private val pool: Pool<Connection> =
        Pool("bench", Factory()) {
            maxSize = size
            minIdle = size
        }

    override suspend fun cycles(count: Int, show: (Connection) -> Unit) =
        repeat(count) { pool.withConnection { show(it) } }

    override suspend fun holds(count: Int, during: suspend () -> Unit) =
        repeat(count) { pool.withConnection { during() } }

    override fun close(): Unit = runBlocking { pool.close() }

    private class Factory : ConnectionFactory<Connection> {
        override suspend fun open(): Connection = SuspendingPeer.connect()

        override suspend fun close(connection: Connection) = connection.close()

        override suspend fun probe(connection: Connection): Boolean = connection.isValid(1)
    }
}

internal class ReactorLoops(size: Int) : SuspendingPool {
    private val pool: InstrumentedPool<Connection> =
        PoolBuilder.from(Mono.fromSupplier { SuspendingPeer.connect() }).sizeBetween(size, size).buildPool()

    init {
        pool.warmup().block()
    }

    override suspend fun cycles(count: Int, show: (Connection) -> Unit) = repeat(count) { use { show(it) } }

    override suspend fun holds(count: Int, during: suspend () -> Unit) = repeat(count) { use { during() } }

    private suspend inline fun use(block: (Connection) -> Unit) {
        val borrowed = pool.acquire(TIMEOUT).awaitSingle()
        try {
            block(borrowed.poolable())
        } finally {
            borrowed.release().awaitSingleOrNull()
        }
    }

    override fun close() = pool.dispose()

    private companion object {
        val TIMEOUT: Duration = Duration.ofSeconds(30)
    }
}

internal class HikariLoops(size: Int) : SuspendingPool {
    private val pool = JdbcPeer.HIKARICP.open(Target.NOTHING, Room.of(size))

    override suspend fun cycles(count: Int, show: (Connection) -> Unit) =
        repeat(count) { withContext(Dispatchers.IO) { pool.dataSource().connection.use { show(it) } } }

    override suspend fun holds(count: Int, during: suspend () -> Unit) =
        repeat(count) { withContext(Dispatchers.IO) { pool.dataSource().connection.use { during() } } }

    override fun close() = pool.close()
}

internal class SemaphoreLoops(size: Int) : SuspendingPool {
    private val semaphore = Semaphore(size)
    private val idle = ArrayDeque(List(size) { SuspendingPeer.connect() })

    override suspend fun cycles(count: Int, show: (Connection) -> Unit) = repeat(count) { use { show(it) } }

    override suspend fun holds(count: Int, during: suspend () -> Unit) = repeat(count) { use { during() } }

    private suspend inline fun use(block: (Connection) -> Unit) =
        semaphore.withPermit {
            val connection = synchronized(idle) { idle.removeLast() }
            try {
                block(connection)
            } finally {
                synchronized(idle) { idle.addLast(connection) }
            }
        }

    override fun close() = idle.forEach { it.close() }
}

internal class ChannelLoops(size: Int) : SuspendingPool {
    private val channel = Channel<Connection>(size)

    init {
        repeat(size) { check(channel.trySend(SuspendingPeer.connect()).isSuccess) }
    }

    override suspend fun cycles(count: Int, show: (Connection) -> Unit) = repeat(count) { use { show(it) } }

    override suspend fun holds(count: Int, during: suspend () -> Unit) = repeat(count) { use { during() } }

    private suspend inline fun use(block: (Connection) -> Unit) {
        val connection = channel.receive()
        try {
            block(connection)
        } finally {
            channel.send(connection)
        }
    }

    override fun close() {
        channel.close()
    }
}
