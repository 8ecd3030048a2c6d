package dev.rockpool

/** The classification of a failed connect, see [ConnectionFactory.classify]. */
public enum class ConnectFailure {
    /**
     * A retry may succeed soon: the server is down or starting. Retried with growing pauses, and ten times a second
     * while a caller waits.
     */
    TRANSIENT,

    /**
     * The server is up but has no room for another connection. Open connections keep serving callers. Retried at the
     * pauses of [PoolConfig.backoff], and at once when one of the open connections has ended. With none open it is
     * treated like [TRANSIENT].
     */
    FULL,

    /**
     * A retry fails until something is changed: a wrong password, an unknown database. Fails all waiting callers at
     * once.
     */
    PERMANENT,
}
