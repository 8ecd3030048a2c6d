package dev.rockpool.internal.engine

import dev.rockpool.AutoSize
import dev.rockpool.CallerUsage
import dev.rockpool.ClosedConnection
import dev.rockpool.ConnectionInfo
import dev.rockpool.Diagnosis
import dev.rockpool.InvalidConfigException
import dev.rockpool.PoolConfig
import dev.rockpool.PoolControl
import dev.rockpool.PoolEvent
import dev.rockpool.PoolHealth
import dev.rockpool.PoolListener
import dev.rockpool.PoolStats
import dev.rockpool.PoolTracer
import dev.rockpool.ProbeResult
import dev.rockpool.SizeAdvice
import dev.rockpool.SlowLease
import dev.rockpool.internal.core.lending.LeaseListener
import dev.rockpool.internal.core.slot.PhaseCounts
import dev.rockpool.internal.engine.report.HeldLease
import dev.rockpool.internal.engine.report.isIdle
import dev.rockpool.internal.engine.runtime.Events
import java.util.concurrent.CompletableFuture
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.SharedFlow
import kotlinx.coroutines.future.future

/** The [PoolControl] of an [Engine]. */
internal class EngineControl<C : Any>(private val engine: Engine<C>, private val scope: CoroutineScope) :
    PoolControl() {
    private val connector = engine.connector
    private val runtime = engine.runtime
    private val state = engine.runtime.state()
    private val slots = engine.slots

    override val config: PoolConfig
        get() = engine.config

    override fun snapshot(): PoolStats = engine.snapshot()

    override fun diagnose(): Diagnosis = engine.diagnose()

    override fun connections(): List<ConnectionInfo> = engine.numbers.connections()

    override fun recentlyClosed(): List<ClosedConnection> = connector.history.latest()

    override fun health(): PoolHealth =
        if (state.isClosed) engine.health.ofClosed()
        else engine.health.judge(PhaseCounts.of(state.slots()), state.waiting(), config.maxSize)

    override suspend fun check(): PoolHealth {
        if (state.isClosed) return health() // the remaining connections are being closed
        val idle = state.slots().all().filter { it.isIdle }
        if (idle.isEmpty()) return health()
        for (batch in idle.chunked((idle.size + 1) / 2)) {
            val probes = batch.filter { !state.isClosed && it.startProbe(runtime.now()) }.map(connector::startProbe)
            slots.wakeKeeper() // a sleeping keeper must publish the probes
            probes.forEach { it.await() }
        }
        return health()
    }

    override fun checkAsync(): CompletableFuture<PoolHealth> = scope.future { check() }

    override suspend fun check(connection: Long): ProbeResult? {
        if (state.isClosed) return null
        val slot = state.slots().all().find { it.number() == connection && it.startProbe(runtime.now()) } ?: return null
        val probe = connector.startProbe(slot)
        slots.wakeKeeper()
        return probe.await()
    }

    override fun checkAsync(connection: Long): CompletableFuture<ProbeResult?> = scope.future { check(connection) }

    override val events: SharedFlow<PoolEvent>
        get() = runtime.events().all

    @Volatile
    override var leaseEvents: Boolean = false
        set(value) {
            field = value
            state.recorder().listener(if (value) LeaseEvents(runtime.events()) else null)
        }

    override fun resetTimes(): Unit = engine.numbers.times.reset()

    override fun addListener(listener: PoolListener): PoolListener.Registration = runtime.events().add(listener)

    override fun addTracer(tracer: PoolTracer): PoolListener.Registration = runtime.trace(tracer)

    override fun evictAll(reason: String) {
        slots.run(state.eviction().retireAll(reason))
        runtime.events().send { PoolEvent.Evicted(null, reason, caller()) }
    }

    override fun evict(connection: Long, reason: String): Boolean {
        if (!slots.run(state.eviction().retire(connection, reason))) return false
        runtime.events().send { PoolEvent.Evicted(connection, reason, caller()) }
        return true
    }

    override fun clear(): Int {
        val closing = state.eviction().closeIdle("cleared")
        slots.run(closing)
        return closing.closes().size
    }

    override fun removeExpired(): Unit = slots.wakeKeeper()

    override val isPaused: Boolean
        get() = state.isPaused

    override fun pause() {
        if (!state.lifecycle().pause()) return
        runtime.events().send { PoolEvent.Paused(caller()) }
    }

    override fun resume() {
        val wasPaused = state.isPaused
        slots.run(state.lifecycle().resume())
        if (wasPaused) runtime.events().send { PoolEvent.Resumed(caller()) }
    }

    override fun reconfigure(config: PoolConfig) {
        val name = engine.config.name
        if (config.name != name) {
            throw InvalidConfigException(name, listOf("name is '${config.name}' but must stay '$name' while it runs"))
        }
        val before = engine.config
        engine.changes.reconfigure(config)
        runtime.events().send { PoolEvent.Reconfigured(before, config, caller()) }
    }

    override var watchUsage: Boolean
        get() = engine.usage.isOn
        set(value) = engine.usage.set(value)

    override fun advice(): SizeAdvice = engine.usage.advice()

    override fun callers(): List<CallerUsage> = engine.usage.callers()

    override fun slowestLeases(): List<SlowLease> = engine.usage.slowest()

    override fun autoSize(sizes: AutoSize): AutoSize.Running = engine.changes.autoSize(sizes)

    private fun caller(): String = HeldLease.nameOf(Thread.currentThread())
}

/** Sends an event for each lease. */
private class LeaseEvents(private val events: Events) : LeaseListener {
    override fun acquired(connection: Long): Unit = events.send { PoolEvent.Acquired(connection) }

    override fun released(connection: Long): Unit = events.send { PoolEvent.Released(connection) }
}
