package dev.rockpool

/**
 * Decides which waiting caller is served first. Callers of the same priority are served in order of arrival.
 *
 * Lower priorities do not starve. While a lower priority waits too, one of every eight connections handed over goes to
 * the next lower priority with waiters. That one passes on every eighth of its own in turn. So with all three busy, 64
 * connections go 56 to [HIGH], 7 to [NORMAL] and 1 to [LOW]. Newcomers may overtake parked threads of any priority
 * within [PoolConfig.bargingWindow].
 */
public enum class Priority {
    HIGH,
    NORMAL,
    LOW,
}
