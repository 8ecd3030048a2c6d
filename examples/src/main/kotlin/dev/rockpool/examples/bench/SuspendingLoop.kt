package dev.rockpool.examples.bench

import dev.rockpool.ConnectionFactory
import dev.rockpool.Pool
import dev.rockpool.examples.bench.driver.IdleDataSource
import dev.rockpool.withConnection
import java.sql.Connection
import kotlinx.coroutines.runBlocking
import org.openjdk.jmh.infra.Blackhole

/** The generic pool of [size] connections as a coroutine uses it. */
internal class SuspendingLoop(size: Int) : AutoCloseable {
    private val pool: Pool<Connection> =
        Pool("bench", Factory()) {
            maxSize = size
            minIdle = size
        }

    /** Takes a connection and returns it, so many times, in one coroutine on the calling thread. */
    fun run(cycles: Int, blackhole: Blackhole): Unit = runBlocking {
        repeat(cycles) { pool.withConnection { blackhole.consume(it) } }
    }

    override fun close(): Unit = runBlocking { pool.close() }

    private class Factory : ConnectionFactory<Connection> {
        private val driver = IdleDataSource()

        override suspend fun open(): Connection = driver.connection

        override suspend fun close(connection: Connection) = connection.close()

        override suspend fun probe(connection: Connection): Boolean = connection.isValid(1)
    }
}
