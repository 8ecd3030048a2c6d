package dev.rockpool.testing.simulation

import dev.rockpool.PoolConfig
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

/** One run of one seed, from the first caller to the end of the pool. */
internal class Run(seed: Long, config: PoolConfig, asText: Boolean = false) {
    private val simulation = SimulationState(seed, config, asText)
    private val violations = simulation.violations
    private val checker = InvariantChecker(simulation)
    private var isOver = false

    val trace: Trace
        get() = simulation.trace

    /** Runs the simulation. Returns the first violation, or null. */
    fun play(): String? {
        val thread = Thread.currentThread()
        val handler = thread.uncaughtExceptionHandler
        // Coroutines of the pool pass on here what they do not catch.
        thread.setUncaughtExceptionHandler { _, e -> violations.report("a coroutine of the pool failed: $e") }
        try {
            simulation.trace.note { "${simulation.config}" }
            simulation.callerScope.launch { direct() }
            while (violations.first == null) if (!step()) break
            if (violations.first == null) atTheEnd()
            return violations.first
        } finally {
            thread.uncaughtExceptionHandler = handler
        }
    }

    private fun step(): Boolean {
        if (!simulation.schedule.step()) return false
        simulation.model.stepEnded()
        checker.check(simulation.schedule.isSettled)
        if (trace.steps > MAX_STEPS) violations.report("the run did not end within $MAX_STEPS steps")
        return true
    }

    /** Directs the run: first callers, events and faults, then a fault-free rest, then the close. */
    private suspend fun direct() {
        val random = SeededRandom(simulation.seed, SeededRandom.CALLERS)
        val rounds = random.pick(2, 4, 8)
        val callers =
            List(random.pick(1, 2, 3, 5, 8)) {
                Caller(it + 1, simulation, SeededRandom(simulation.seed, FIRST_CALLER + it))
            }
        callers.forEach { it.start(rounds + simulation.peeks.moreRounds) }
        val beside = simulation.neighbour?.let { simulation.callerScope.launch { it.live(this) } }
        val racers = simulation.racers?.let { simulation.callerScope.launch { it.live(this) } }
        Events(simulation, SeededRandom(simulation.seed, SeededRandom.EVENTS), callers).fireAll()
        simulation.faults.disable()
        simulation.sessionLimit.disable()
        simulation.pool.control.resume()
        callers.forEach { it.join() }
        beside?.join()
        racers?.join()
        simulation.trace.note { "all callers are done; rest" }
        delay(REST.milliseconds)
        simulation.schedule.stopJumping()
        delay(REST.milliseconds)
        if (!simulation.closing.isRequested) rested()
        simulation.closing.close(random.millis(0, 10, 1_000))
        simulation.neighbour?.close()
        simulation.racers?.close()
        isOver = true
    }

    /** After a long rest without callers, the pool must have shrunk to what its settings allow. */
    private fun rested() {
        val stats = simulation.pool.snapshot()
        violations.require(stats.leased == 0 && stats.pending == 0) {
            "leases or waiters remain after all callers are done: $stats"
        }
        val c = simulation.config
        if (c.idleTimeout == null || c.maxLifetime != null) return
        violations.require(stats.total + stats.closing <= c.minIdle) {
            "more than ${c.minIdle} connections after a long rest: $stats"
        }
    }

    private fun atTheEnd() {
        violations.require(isOver) {
            "no coroutine can run any more: ${simulation.model.queue} waiting, ${simulation.model.held} held"
        }
        val taken = simulation.neighbour?.taken ?: 0
        violations.require(taken == 0) { "$taken permits of the budget are in use after both pools are closed" }
        val wrong = simulation.model.connections.filter { it.closes != 1 }
        violations.require(wrong.isEmpty()) { "not closed exactly once: ${wrong.map { "$it (${it.closes} times)" }}" }
    }

    private companion object {
        const val REST = 1_500L
        const val MAX_STEPS = 100_000
        const val FIRST_CALLER = 8
    }
}
