package dev.rockpool

/** Whether it makes sense to try a failed connect again; see [ConnectionFactory.classify]. */
public enum class ConnectFailure {
    /**
     * It may work in a moment: the server is down, starting or full. Tried again with growing pauses while callers
     * wait.
     */
    TRANSIENT,

    /**
     * It will not work until somebody changes something: a wrong password, an unknown database. Fails whoever waits at
     * once.
     */
    PERMANENT,
}
