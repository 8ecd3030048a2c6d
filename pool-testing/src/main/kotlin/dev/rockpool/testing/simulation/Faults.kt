package dev.rockpool.testing.simulation

/** Decides the fate of each call of the factory: by the temper of this seed, and by whether the database is up. */
internal class Faults(private val chance: SeededRandom, private val clock: VirtualClock) {
    /** Percent of calls that do not simply go well. */
    private class Temper(chance: SeededRandom) {
        val slow = chance.pick(0, 10, 30, 70)
        val fails = chance.pick(0, 0, 10, 40)
        val never = chance.pick(0, 0, 5, 20)
        val stubborn = chance.pick(0, 0, 5, 20)
        val refusal = chance.pick(0, 0, 0, 5, 20)
    }

    private val opens = Temper(chance)
    private val probes = Temper(chance)
    private val resets = Temper(chance)
    private val closes = Temper(chance)
    private val inspects = chance.pick(0, 0, 3)
    private var downUntil = -1L
    private var calm = false

    val isDown: Boolean
        get() = clock.now < downUntil

    /** When a connect was last refused for good. */
    var refusedAt: Long = -1
        private set

    /** From now on everything goes well. */
    fun calm() {
        calm = true
        downUntil = -1
    }

    fun down(millis: Long) {
        downUntil = clock.now + millis
    }

    fun open(): CallOutcome = if (isDown) whenDown() else fate(opens)

    fun probe(): CallOutcome = if (isDown) whenDown() else fate(probes)

    fun reset(): CallOutcome = if (isDown) whenDown() else fate(resets)

    fun close(): CallOutcome = fate(closes)

    /** Whether looking at a returned connection fails. */
    fun inspectFails(): Boolean = !calm && chance.percent(inspects)

    /** Whether a driver fails where it has no reason to. */
    fun mishap(): Boolean = !calm && chance.oneIn(10)

    fun refused() {
        refusedAt = clock.now
    }

    private fun whenDown(): CallOutcome =
        if (chance.oneIn(3)) CallOutcome.Never else CallOutcome.Fails(Trouble("the database is down"))

    private fun fate(temper: Temper): CallOutcome {
        if (calm) return CallOutcome.Well
        val end = end(temper)
        val time = chance.pick(1L, 3L, 10L, 20L, 45L)
        return when {
            chance.percent(temper.stubborn) -> CallOutcome.Stubborn(chance.pick(time, time, STUBBORN), end)
            chance.percent(temper.slow) -> CallOutcome.After(time, end)
            else -> end
        }
    }

    private fun end(temper: Temper): CallOutcome =
        when {
            chance.percent(temper.never) -> CallOutcome.Never
            chance.percent(temper.fails) ->
                CallOutcome.Fails(if (chance.oneIn(5)) DriverError() else Trouble("a fault"))
            chance.percent(temper.refusal) -> CallOutcome.Fails(Refusal())
            else -> CallOutcome.Well
        }

    private companion object {
        const val STUBBORN = 300L
    }
}
