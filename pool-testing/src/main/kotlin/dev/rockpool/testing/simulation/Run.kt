package dev.rockpool.testing.simulation

import dev.rockpool.PoolConfig
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

/** One run of one seed, from the first caller to the end of the pool. */
internal class Run(seed: Long, config: PoolConfig, asText: Boolean = false) {
    private val world = SimulationState(seed, config, asText)
    private val verdict = world.verdict
    private val court = Court(world)
    private var isOver = false

    val trace: Trace
        get() = world.trace

    /** Plays it. Returns the first law that was broken, or null. */
    fun play(): String? {
        world.trace.note { "${world.config}" }
        world.outside.launch { direct() }
        while (verdict.broken == null) if (!step()) break
        if (verdict.broken == null) atTheEnd()
        return verdict.broken
    }

    private fun step(): Boolean {
        if (!world.schedule.step()) return false
        world.model.stepEnded()
        court.check(world.schedule.isSettled)
        if (trace.steps > MOST_STEPS) verdict.breaks("no end after $MOST_STEPS steps")
        return true
    }

    /** What happens, as told to the callers: trouble first, then calm and rest, then the end. */
    private suspend fun direct() {
        val chance = SeededRandom(world.seed, SeededRandom.CALLERS)
        val rounds = chance.pick(2, 4, 8)
        val callers =
            List(chance.pick(1, 2, 3, 5, 8)) { Caller(it + 1, world, SeededRandom(world.seed, FIRST_CALLER + it)) }
        callers.forEach { it.start(rounds) }
        Events(world, SeededRandom(world.seed, SeededRandom.EVENTS), callers).happen()
        world.faults.calm()
        world.places.calm()
        world.pool.control.resume()
        callers.forEach { it.join() }
        world.trace.note { "all callers are done; rest" }
        delay(REST.milliseconds)
        world.schedule.calm()
        delay(REST.milliseconds)
        if (!world.ending.isAsked) rested()
        world.ending.close(chance.millis(0, 10, 1_000))
        isOver = true
    }

    /** Nobody has wanted anything for long: the pool is as its settings want it. */
    private fun rested() {
        val stats = world.pool.snapshot()
        verdict.require(stats.leased == 0 && stats.pending == 0) { "something is out at rest: $stats" }
        val c = world.config
        if (c.idleTimeout == null || c.maxLifetime != null) return
        verdict.require(stats.total + stats.closing <= c.minIdle) {
            "more than ${c.minIdle} idle after a long rest: $stats"
        }
    }

    private fun atTheEnd() {
        verdict.require(isOver) { "everything stands still: ${world.model.queue} wait, ${world.model.held} are held" }
        val wrong = world.model.connections.filter { it.closes != 1 }
        verdict.require(wrong.isEmpty()) { "not closed exactly once: ${wrong.map { "$it (${it.closes} times)" }}" }
    }

    private companion object {
        const val REST = 1_500L
        const val MOST_STEPS = 100_000
        const val FIRST_CALLER = 8
    }
}
