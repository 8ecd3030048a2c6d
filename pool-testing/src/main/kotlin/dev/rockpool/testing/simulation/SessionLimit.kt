package dev.rockpool.testing.simulation

/**
 * The server's session limit. Most seeds have none. In the others it changes over time, as if other clients came and
 * went. Existing sessions stay open.
 */
internal class SessionLimit(private val random: SeededRandom, private val clock: VirtualClock) {
    /** A quarter of the seeds have a limit. The draw is chosen so that seeds that found faults earlier have none. */
    private val isLimited = random.below(4) == 1

    /** Whether the server frees a session only after `close` returned, rather than when it begins. */
    private val freesAfterClose = random.oneIn(2)
    private var isDisabled = false
    private var limit = NO_LIMIT
    private var until = 0L
    private var closing = 0

    /** Whether the latest failure was classified as a full server. */
    var isRefusing: Boolean = false
        private set

    /** Removes the limit for the rest of the run. */
    fun disable() {
        isDisabled = true
    }

    /** Whether another session can be opened. [connections] are those that the pool has not begun to close. */
    fun hasRoom(connections: List<SimulatedConnection>): Boolean {
        if (!isLimited || isDisabled) return true
        while (clock.now >= until) {
            limit = random.pick(0, 1, 1, 2, 2, 3, NO_LIMIT)
            until += random.pick(20L, 100L, 400L)
        }
        return connections.count { !it.isDead } + closing < limit
    }

    /** A session's close begins. */
    fun closes() {
        if (freesAfterClose) closing++
    }

    /** A session's close has returned or was abandoned. */
    fun closed() {
        if (freesAfterClose) closing--
    }

    fun classified(isFull: Boolean) {
        isRefusing = isFull
    }

    private companion object {
        const val NO_LIMIT = Int.MAX_VALUE
    }
}
