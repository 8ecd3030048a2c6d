package dev.rockpool.testing.simulation

/**
 * How many sessions the server has room for. In most seeds there is no limit. In the others the limit changes from time
 * to time, because other clients come and go; sessions that exist stay.
 */
internal class Places(private val chance: SeededRandom, private val clock: VirtualClock) {
    /** In a quarter of the seeds; in none of those that found something before there was a limit. */
    private val isLimited = chance.below(4) == 1

    /** Whether the server keeps a session until its close has returned; else it is gone when the close begins. */
    private val isSlow = chance.oneIn(2)
    private var isCalm = false
    private var limit = NO_LIMIT
    private var until = 0L
    private var closing = 0

    /** Whether the latest failure was classified as a full server. */
    var isRefusing: Boolean = false
        private set

    /** From now on there is room for everybody. */
    fun calm() {
        isCalm = true
    }

    /** Whether one more session can begin beside those [connections] that the pool has not begun to close. */
    fun hasRoom(connections: List<SimulatedConnection>): Boolean {
        if (!isLimited || isCalm) return true
        while (clock.now >= until) {
            limit = chance.pick(0, 1, 1, 2, 2, 3, NO_LIMIT)
            until += chance.pick(20L, 100L, 400L)
        }
        return connections.count { !it.isDead } + closing < limit
    }

    /** The close of a session begins. */
    fun closes() {
        if (isSlow) closing++
    }

    /** The close of a session has returned, or was given up. */
    fun closed() {
        if (isSlow) closing--
    }

    fun classified(isFull: Boolean) {
        isRefusing = isFull
    }

    private companion object {
        const val NO_LIMIT = Int.MAX_VALUE
    }
}
