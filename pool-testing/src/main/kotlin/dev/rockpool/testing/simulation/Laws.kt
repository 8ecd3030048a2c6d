package dev.rockpool.testing.simulation

import dev.rockpool.PoolStats
import dev.rockpool.internal.core.slot.Phase
import dev.rockpool.internal.core.slot.Slot

/** When a law can be asked for. */
internal enum class Moment {
    /** After every step of any coroutine. */
    ALWAYS,

    /** When nothing can run before time passes: whatever was to be done has been done. */
    SETTLED,
}

/** Something that must hold. [broken] says how it does not, or null. */
internal class Law(val moment: Moment, val broken: Look.() -> String?)

/** The pool at one moment, as a law sees it. */
internal class Look(val world: SimulationState, val before: PoolStats, val backlog: Backlog) {
    val now: Long = world.clock.now
    val model: Model = world.model
    val stats: PoolStats = world.pool.snapshot()
    val slots: List<Slot<SimulatedConnection>> = world.slots()
    val isOpen: Boolean = !world.engine.isClosed

    val isPaused: Boolean = world.pool.control.isPaused

    /** How long the keeper may take to notice something that nobody told it. */
    val tick: Long = world.config.statsInterval.inWholeMilliseconds

    /** Whether time waits for everything that can run; then laws about times are exact. */
    val isPunctual: Boolean = !world.schedule.isHasty

    fun slotsIn(phase: Phase): List<Slot<SimulatedConnection>> = slots.filter { it.phase() == phase }

    fun holds(slot: Slot<*>, held: Held): Boolean =
        slot.phase() == Phase.LEASED && slot.connection() === held.connection
}

/** Since when something is wrong that may be so for a moment, in the time of the simulation. */
internal class Backlog {
    var lastFailure: Long = Long.MIN_VALUE / 2
    var statsDifferSince: Long = Long.MAX_VALUE
    var isFailing: Boolean = false

    /**
     * How many were open when the server said that it is full; as many as any when the latest connect did not say so.
     */
    private var places: Int = Int.MAX_VALUE

    /** How often the server said that it is full since the last connection arrived. */
    var refusals: Int = 0
        private set

    var tooFewSince: Long = Long.MAX_VALUE

    /** Whether the server has said that it has no place for one more beside those that are open. */
    fun isFull(stats: PoolStats): Boolean = stats.open > 0 && stats.open >= places

    fun look(before: PoolStats, world: SimulationState, stats: PoolStats) {
        if (stats.opened > before.opened) {
            isFailing = false
            places = Int.MAX_VALUE
            refusals = 0
        }
        if (stats.openFailed > before.openFailed) {
            lastFailure = world.clock.now
            isFailing = true
            places = if (world.places.isRefusing) stats.open else Int.MAX_VALUE
            if (world.places.isRefusing) refusals++
        }
        val few = stats.idle + stats.opening + stats.probing < world.config.minIdle && stats.pending == 0
        if (!few) tooFewSince = Long.MAX_VALUE else if (tooFewSince == Long.MAX_VALUE) tooFewSince = world.clock.now
        if (stats.gauges().contentEquals(world.pool.stats.value.gauges())) statsDifferSince = Long.MAX_VALUE
        else if (statsDifferSince == Long.MAX_VALUE) statsDifferSince = world.clock.now
    }
}

/** Those that serve callers, or can. */
private val PoolStats.open: Int
    get() = idle + leased + probing

private fun PoolStats.gauges() = intArrayOf(idle, leased, opening, probing, closing, pending)

/** Every law, in the order in which they are asked for. To have more checked, add it there. */
internal val LAWS: List<Law> = COUNTS + CONNECTIONS + PROGRESS + AGES

private val ALWAYS = LAWS.filter { it.moment == Moment.ALWAYS }

/** Asks for the laws, step by step. */
internal class Court(private val world: SimulationState) {
    private val backlog = Backlog()
    private var before = world.pool.snapshot()

    fun check(settled: Boolean) {
        val look = Look(world, before, backlog)
        backlog.look(before, world, look.stats)
        for (law in if (settled) LAWS else ALWAYS) law.broken(look)?.let { world.verdict.breaks("$it; ${look.stats}") }
        world.trace.mark(look.stats.hashCode().toLong())
        before = look.stats
    }
}
