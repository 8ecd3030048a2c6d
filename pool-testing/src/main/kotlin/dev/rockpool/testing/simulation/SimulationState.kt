package dev.rockpool.testing.simulation

import dev.rockpool.Pool
import dev.rockpool.PoolConfig
import dev.rockpool.internal.core.slot.Slot
import dev.rockpool.internal.engine.Engine
import dev.rockpool.internal.engine.EnginePool
import dev.rockpool.internal.engine.runtime.JitterSource
import kotlinx.coroutines.CompletableJob
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob

/** All parts of one run of one seed. */
internal class SimulationState(val seed: Long, initial: PoolConfig, asText: Boolean) {
    val clock = VirtualClock()
    val trace = Trace(asText)
    val violations = Violations(trace)
    val schedule =
        Schedule(SeededRandom(seed, SeededRandom.SCHEDULE), clock, trace) { context -> context[Caller]?.let(::readied) }
    val faults = Faults(SeededRandom(seed, SeededRandom.FAULTS), clock)
    val peeks = Peeks(SeededRandom(seed, SeededRandom.PEEKS), faults)
    val sessionLimit = SessionLimit(SeededRandom(seed, SeededRandom.SESSION_LIMIT), clock)
    val closing = CloseTracker(this)
    val model = Model(this)

    /** The parent of the pool's job. */
    val parent: CompletableJob = Job()
    private val uncaught = CoroutineExceptionHandler { _, e ->
        trace.note { e.stackTraceToString() }
        violations.report("a coroutine failed with $e")
    }

    /** Null in seeds without a budget. */
    val neighbour: Neighbour? = neighbour(initial)

    /** Null in most seeds. */
    val racers: Racers? = racers()

    val pool: Pool<SimulatedConnection> =
        Pool(
            peeks.over(SimulatedFactory(this), trace),
            neighbour?.share(initial) ?: initial,
            parent + schedule + uncaught + JitterSource(SeededRandom(seed, SeededRandom.POOL).source),
            clock.timeSource,
        )
    val engine: Engine<SimulatedConnection> = (pool as EnginePool<SimulatedConnection>).engine

    /** The current settings. They can change while the pool runs. */
    val config: PoolConfig
        get() = pool.config

    /** The scope of callers and events. The pool has no reference to it. */
    val callerScope = CoroutineScope(SupervisorJob() + schedule + uncaught + CoroutineName("events"))

    fun slots(): List<Slot<SimulatedConnection>> = engine.allSlots().asList()

    private fun readied(caller: Caller) = model.readied(caller)

    private fun racers(): Racers? {
        val random = SeededRandom(seed.inv(), SeededRandom.RACERS)
        if (!Racers.isOn(random)) return null
        val jitter = JitterSource(random.source)
        return Racers(random, trace, SupervisorJob() + schedule + uncaught + jitter, clock.timeSource)
    }

    private fun neighbour(config: PoolConfig): Neighbour? {
        val random = SeededRandom(seed, SeededRandom.NEIGHBOUR)
        if (!Neighbour.isOn(random) || config.budget != null) return null
        val jitter = JitterSource(random.source)
        return Neighbour(random, trace, SupervisorJob() + schedule + uncaught + jitter, clock.timeSource)
    }
}
