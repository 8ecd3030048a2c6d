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

/** Everything that one run of one seed consists of. */
internal class SimulationState(val seed: Long, initial: PoolConfig, asText: Boolean) {
    val clock = VirtualClock()
    val trace = Trace(asText)
    val verdict = Verdict(trace)
    val schedule =
        Schedule(SeededRandom(seed, SeededRandom.SCHEDULE), clock, trace) { context -> context[Caller]?.let(::readied) }
    val faults = Faults(SeededRandom(seed, SeededRandom.FAULTS), clock)
    val places = Places(SeededRandom(seed, SeededRandom.PLACES), clock)
    val ending = Ending(this)
    val model = Model(this)

    /** What the pool's job is a child of. */
    val parent: CompletableJob = Job()
    private val uncaught = CoroutineExceptionHandler { _, e ->
        trace.note { e.stackTraceToString() }
        verdict.breaks("a coroutine ended with $e")
    }
    val pool: Pool<SimulatedConnection> =
        Pool(
            SimulatedFactory(this),
            initial,
            parent + schedule + uncaught + JitterSource(SeededRandom(seed, SeededRandom.POOL).random),
            clock.timeSource,
        )
    val engine: Engine<SimulatedConnection> = (pool as EnginePool<SimulatedConnection>).engine

    /** The settings now; they can change while the pool runs. */
    val config: PoolConfig
        get() = pool.config

    /** Where callers run; the pool does not know of it. */
    val outside = CoroutineScope(SupervisorJob() + schedule + uncaught + CoroutineName("events"))

    fun slots(): List<Slot<SimulatedConnection>> = engine.allSlots().asList()

    private fun readied(caller: Caller) = model.readied(caller)
}
