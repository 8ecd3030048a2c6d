package dev.rockpool.testing.simulation

/** Decides the outcome of each factory call, from the seed's fault profiles and from whether the database is down. */
internal class Faults(private val random: SeededRandom, private val clock: VirtualClock) {
    /** How many percent of the calls are slow, fail, hang and so on. */
    private class FaultProfile(random: SeededRandom) {
        val slow = random.pick(0, 10, 30, 70)
        val fails = random.pick(0, 0, 10, 40)
        val hangs = random.pick(0, 0, 5, 20)
        val uncancellable = random.pick(0, 0, 5, 20)
        val refusal = random.pick(0, 0, 0, 5, 20)
    }

    private val opens = FaultProfile(random)
    private val probes = FaultProfile(random)
    private val resets = FaultProfile(random)
    private val closes = FaultProfile(random)
    private val inspects = random.pick(0, 0, 3)
    private var downUntil = -1L
    private var isDisabled = false

    val isDown: Boolean
        get() = clock.now < downUntil

    /** When a connect last failed permanently, in simulated milliseconds. */
    var refusedAt: Long = -1
        private set

    /** Makes every later call succeed. */
    fun disable() {
        isDisabled = true
        downUntil = -1
    }

    fun down(millis: Long) {
        downUntil = clock.now + millis
    }

    fun open(): CallOutcome = if (isDown) whenDown() else outcome(opens)

    fun probe(): CallOutcome = if (isDown) whenDown() else outcome(probes)

    fun reset(): CallOutcome = if (isDown) whenDown() else outcome(resets)

    fun close(): CallOutcome = outcome(closes)

    /** Whether inspecting a returned connection throws. */
    fun inspectFails(): Boolean = !isDisabled && random.percent(inspects)

    /** Whether a driver call that should always succeed throws. */
    fun unexpectedFailure(): Boolean = !isDisabled && random.oneIn(10)

    /** Whether a peek is not sure although nothing happened. Sometimes it throws. */
    fun unexpectedPeek(random: SeededRandom): Boolean {
        if (!isDisabled && random.oneIn(10)) throw TransientFailure("peek")
        return !isDisabled && random.oneIn(10)
    }

    fun refused() {
        refusedAt = clock.now
    }

    private fun whenDown(): CallOutcome =
        if (random.oneIn(3)) CallOutcome.Hangs else CallOutcome.Fails(TransientFailure("the database is down"))

    private fun outcome(profile: FaultProfile): CallOutcome {
        if (isDisabled) return CallOutcome.Succeeds
        val end = end(profile)
        val time = random.pick(1L, 3L, 10L, 20L, 45L)
        return when {
            random.percent(profile.uncancellable) ->
                CallOutcome.Uncancellable(random.pick(time, time, UNCANCELLABLE_MILLIS), end)
            random.percent(profile.slow) -> CallOutcome.Delayed(time, end)
            else -> end
        }
    }

    private fun end(profile: FaultProfile): CallOutcome =
        when {
            random.percent(profile.hangs) -> CallOutcome.Hangs
            random.percent(profile.fails) ->
                CallOutcome.Fails(if (random.oneIn(5)) DriverError() else TransientFailure("a fault"))
            random.percent(profile.refusal) -> CallOutcome.Fails(PermanentFailure())
            else -> CallOutcome.Succeeds
        }

    private companion object {
        const val UNCANCELLABLE_MILLIS = 300L
    }
}
