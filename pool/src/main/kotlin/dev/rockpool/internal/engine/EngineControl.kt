package dev.rockpool.internal.engine

import dev.rockpool.ClosedConnection
import dev.rockpool.ConnectionInfo
import dev.rockpool.InvalidConfigException
import dev.rockpool.PoolConfig
import dev.rockpool.PoolControl
import dev.rockpool.PoolEvent
import dev.rockpool.PoolHealth
import dev.rockpool.PoolListener
import dev.rockpool.ProbeResult
import java.util.concurrent.CompletableFuture
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.SharedFlow
import kotlinx.coroutines.future.future

/** The [PoolControl] of an [Engine]. */
internal class EngineControl<C : Any>(
    private val engine: Engine<C>,
    private val connector: ConnectionLifecycle<C>,
    private val scope: CoroutineScope,
) : PoolControl() {
    private val lending = engine.lending

    override val config: PoolConfig
        get() = engine.config

    // ---- look ------------------------------------------------------------------------------------------------------

    override fun connections(): List<ConnectionInfo> = engine.infos()

    override fun recentlyClosed(): List<ClosedConnection> = connector.history.latest()

    override fun health(): PoolHealth = engine.health.judge(engine.numbers())

    override suspend fun check(): PoolHealth {
        if (lending.isClosed) return health() // what is left is closed, not probed
        val idle = lending.slots().all().filter { it.isIdle }
        if (idle.isEmpty()) return health()
        for (batch in idle.chunked((idle.size + 1) / 2)) {
            val probes = batch.filter { !lending.isClosed && it.startProbe(engine.now()) }.map(connector::probe)
            engine.demand() // the keeper may sleep, and publishes what is being probed
            probes.forEach { it.await() }
        }
        return health()
    }

    override fun checkAsync(): CompletableFuture<PoolHealth> = scope.future { check() }

    override suspend fun check(connection: Long): ProbeResult? {
        if (lending.isClosed) return null
        val slot =
            lending.slots().all().find { it.number() == connection && it.startProbe(engine.now()) } ?: return null
        val probe = connector.probe(slot)
        engine.demand()
        return probe.await()
    }

    override fun checkAsync(connection: Long): CompletableFuture<ProbeResult?> = scope.future { check(connection) }

    override val events: SharedFlow<PoolEvent>
        get() = engine.events.all

    @Volatile
    override var leaseEvents: Boolean = false
        set(value) {
            field = value
            engine.lending.notes().tellLeases(value)
        }

    override fun resetTimes(): Unit = engine.times.reset()

    override fun addListener(listener: PoolListener): PoolListener.Registration = engine.events.add(listener)

    // ---- change ----------------------------------------------------------------------------------------------------

    override fun evictAll(reason: String): Unit = lending.eviction().retireAll(reason)

    override fun evict(connection: Long, reason: String): Boolean = lending.eviction().retire(connection, reason)

    override fun clear(): Int = lending.eviction().closeIdle("cleared")

    override fun removeExpired(): Unit = engine.demand()

    override val isPaused: Boolean
        get() = lending.isPaused

    override fun pause(): Unit = lending.pause()

    override fun resume(): Unit = lending.resume()

    override fun reconfigure(config: PoolConfig) {
        val name = engine.config.name
        if (config.name != name) {
            throw InvalidConfigException(name, listOf("name is '${config.name}' but must stay '$name' while it runs"))
        }
        engine.reconfigure(config)
    }
}
