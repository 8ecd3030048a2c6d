package dev.rockpool

/** Whether it makes sense to try a failed connect again; see [ConnectionFactory.classify]. */
public enum class ConnectFailure {
    /**
     * It may work in a moment: the server is down or starting. Tried again with growing pauses, and ten times a second
     * while somebody waits.
     */
    TRANSIENT,

    /**
     * The server works, and has no place for one more connection. Those that are open go on serving the callers. Tried
     * again at the pauses of [PoolConfig.backoff], and at once when one of them has ended. While none is open it counts
     * as [TRANSIENT].
     */
    FULL,

    /**
     * It will not work until somebody changes something: a wrong password, an unknown database. Fails whoever waits at
     * once.
     */
    PERMANENT,
}
