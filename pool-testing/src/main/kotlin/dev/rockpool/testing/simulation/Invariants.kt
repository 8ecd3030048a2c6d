package dev.rockpool.testing.simulation

import dev.rockpool.PoolStats
import dev.rockpool.internal.core.slot.Phase
import dev.rockpool.internal.core.slot.Slot

/** When an invariant is checked. */
internal enum class Moment {
    /** After every step of any coroutine. */
    ALWAYS,

    /** Only when no coroutine can run until time passes, so all pending work is done. */
    SETTLED,
}

/** Something that must hold. [violation] describes how it is broken, or is null. */
internal class Invariant(val moment: Moment, val violation: Observation.() -> String?)

/** Describes how an invariant is broken, or returns null. The text is made only then, because there are many steps. */
internal inline fun brokenIf(broken: Boolean, description: () -> String): String? = if (broken) description() else null

/** The state of the pool at one moment, as the invariants see it. */
internal class Observation(val simulation: SimulationState, val before: PoolStats, val history: RecentHistory) {
    val now: Long = simulation.clock.now
    val model: Model = simulation.model
    val stats: PoolStats = simulation.pool.snapshot()
    val neighbour: Neighbour.Look? = simulation.neighbour?.Look()
    val slots: List<Slot<SimulatedConnection>> = simulation.slots()
    val isOpen: Boolean = !simulation.engine.isClosed

    val isPaused: Boolean = simulation.pool.control.isPaused

    /** How long the keeper may take to notice a change that did not wake it, in milliseconds. */
    val tick: Long = simulation.config.statsInterval.inWholeMilliseconds

    /** Whether time stands still while any coroutine can run. Only then are bounds on times exact. */
    val isPunctual: Boolean = !simulation.schedule.jumpsAhead

    fun slotsIn(phase: Phase): List<Slot<SimulatedConnection>> = slots.filter { it.phase() == phase }

    fun holds(slot: Slot<*>, held: Held): Boolean =
        slot.phase() == Phase.LEASED && slot.connection() === held.connection
}

/** Conditions that may hold for a short time, and since when they hold. Times are in simulated milliseconds. */
internal class RecentHistory {
    var lastFailure: Long = Long.MIN_VALUE / 2
    var statsDifferSince: Long = Long.MAX_VALUE

    /** The latest published stats. They may be outdated at once: the step that published them may go on. */
    private var published: PoolStats? = null

    var isFailing: Boolean = false

    /**
     * How many connections were open when the server last reported that it is full. `Int.MAX_VALUE` if the latest
     * connect did not fail that way.
     */
    private var openWhenFull: Int = Int.MAX_VALUE

    /** How often the server reported that it is full since the last connection was opened. */
    var refusals: Int = 0
        private set

    var tooFewSince: Long = Long.MAX_VALUE

    /** Since when the budget lets the pool open another connection. */
    var permitSince: Long = Long.MIN_VALUE / 2

    /** Since when callers wait although the neighbour has an idle connection to give up. */
    var owedSince: Long = Long.MAX_VALUE

    /** Since when no connection past its lifetime may stay because it is needed. */
    var replaceableSince: Long = Long.MIN_VALUE / 2

    private val leases = HashMap<Int, Long>()
    private val lentAt = HashMap<Int, Long>()

    /** When the slot was last lent, also to a caller that never got it. */
    fun lentAt(slot: Slot<*>): Long = lentAt[slot.index()] ?: 0

    /** Whether the server has no room for more sessions than the open ones. */
    fun isFull(stats: PoolStats): Boolean = isFull(stats.open)

    /** The same, with the connections that are being closed: until then they occupy their places on the server. */
    fun isStillFull(stats: PoolStats): Boolean = isFull(stats.open + stats.closing)

    private fun isFull(sessions: Int) = sessions > 0 && sessions >= openWhenFull

    fun update(before: PoolStats, simulation: SimulationState, stats: PoolStats) {
        if (stats.opened > before.opened) {
            isFailing = false

            openWhenFull = Int.MAX_VALUE
            refusals = 0
        }
        if (stats.openFailed > before.openFailed) {
            lastFailure = simulation.clock.now
            isFailing = true
            openWhenFull = if (simulation.sessionLimit.isRefusing) stats.open else Int.MAX_VALUE
            if (simulation.sessionLimit.isRefusing) refusals++
        }
        val few = stats.idle + stats.opening + stats.probing < simulation.config.minIdle && stats.pending == 0
        if (!few) tooFewSince = Long.MAX_VALUE
        else if (tooFewSince == Long.MAX_VALUE) tooFewSince = simulation.clock.now
        if (stats.acquired != before.acquired) noteLeases(simulation)
        val latest = simulation.pool.stats.value
        if (stats.hasGaugesOf(latest)) statsDifferSince = Long.MAX_VALUE
        else if (statsDifferSince == Long.MAX_VALUE || latest !== published) statsDifferSince = simulation.clock.now
        published = latest
    }

    private fun noteLeases(simulation: SimulationState) {
        for (slot in simulation.slots()) {
            val count = slot.leases()
            if (leases.put(slot.index(), count) != count) lentAt[slot.index()] = simulation.clock.now
        }
    }
}

/** Connections that serve a caller or can serve one. */
private val PoolStats.open: Int
    get() = idle + leased + probing

private fun PoolStats.hasGaugesOf(other: PoolStats) =
    idle == other.idle &&
        leased == other.leased &&
        opening == other.opening &&
        probing == other.probing &&
        closing == other.closing &&
        pending == other.pending

/** Every invariant, in the order in which they are checked. Add new ones to one of these lists. */
internal val INVARIANTS: List<Invariant> = COUNTS + CONNECTIONS + PROGRESS + AGES + BUDGETS + RACES

private val ALWAYS = INVARIANTS.filter { it.moment == Moment.ALWAYS }

/** Checks the invariants after each step. */
internal class InvariantChecker(private val simulation: SimulationState) {
    private val history = RecentHistory()
    private var before = simulation.pool.snapshot()

    fun check(settled: Boolean) {
        val now = Observation(simulation, before, history)
        history.update(before, simulation, now.stats)
        if (now.mayAwaitReplacement) history.replaceableSince = Long.MAX_VALUE
        else if (history.replaceableSince == Long.MAX_VALUE) history.replaceableSince = now.now
        if (!now.isOwed) history.owedSince = Long.MAX_VALUE
        else if (history.owedSince == Long.MAX_VALUE) history.owedSince = now.now
        if (!now.hasPermit) history.permitSince = Long.MAX_VALUE
        else if (history.permitSince == Long.MAX_VALUE) history.permitSince = now.now
        if (!now.mayOpen) history.tooFewSince = Long.MAX_VALUE
        for (invariant in if (settled) INVARIANTS else ALWAYS) {
            invariant.violation(now)?.let { simulation.violations.report("$it; ${now.stats}") }
        }
        simulation.trace.mark(now.stats.hashCode().toLong())
        before = now.stats
    }
}
