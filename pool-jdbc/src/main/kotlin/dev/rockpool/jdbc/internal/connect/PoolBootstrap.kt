package dev.rockpool.jdbc.internal.connect

import dev.rockpool.Priority
import dev.rockpool.internal.base.orNever
import dev.rockpool.internal.engine.Engine
import dev.rockpool.internal.spi.startEngine
import dev.rockpool.jdbc.JdbcConfig
import dev.rockpool.jdbc.Startup
import dev.rockpool.jdbc.internal.connection.PhysicalConnection
import java.time.Duration.ZERO
import kotlin.time.Duration

/**
 * Creates the pool behind a JDBC pool, according to its [Startup]. A startup that connects first does so through the
 * pool itself, as its first caller. So the connection stays in the pool, which also handles connects that hang, fail or
 * arrive late.
 */
internal class PoolBootstrap(private val config: JdbcConfig, private val factory: JdbcConnectionFactory) {
    fun create(): Engine<PhysicalConnection> {
        H2Memory.warn(config)
        return started()
    }

    private fun started(): Engine<PhysicalConnection> =
        when (val startup = config.startup) {
            Startup.Background -> startEngine(factory, config.pool)
            Startup.Lazy -> startEngine(factory, config.pool, lazily = true)
            Startup.FailFast -> {
                factory.impatient = true
                proven(null).also { factory.impatient = false }
            }
            is Startup.WaitUpTo -> proven(startup.atMost)
        }

    private fun proven(atMost: Duration?): Engine<PhysicalConnection> {
        // Until then this is the only caller, with its own time limit. Its connection counts for the minimum.
        val patient = config.pool.toBuilder().failFastAfter(null).minIdle(0).build()
        val engine = startEngine(factory, patient)
        try {
            prove(engine, atMost)
            engine.control.reconfigure(config.pool)
        } catch (e: Throwable) {
            engine.closeAsync(ZERO).join()
            throw e
        }
        return engine
    }

    private fun prove(engine: Engine<PhysicalConnection>, atMost: Duration?) {
        try {
            val slot = engine.acquire(atMost.orNever(), Priority.NORMAL)
            val ticket = slot.granted()
            try {
                factory.proveNow(slot.connection())
                if (config.pool.minIdle > 0) engine.release(slot, ticket)
                else engine.discard(slot, ticket, "the start has proved it, and minIdle is 0")
            } catch (e: Throwable) {
                engine.discardDead(slot, ticket, "it could not be proved: $e")
                throw if (e is InterruptedException) e else engine.connectFailed(e)
            }
        } catch (e: InterruptedException) {
            Thread.currentThread().interrupt()
            throw engine.connectFailed(e)
        }
    }
}
