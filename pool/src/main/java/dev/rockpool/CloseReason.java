package dev.rockpool;

/** Why a connection was closed, for programs. A text with the details comes with it. */
public enum CloseReason {
    /** It reached {@code maxLifetime}. */
    LIFETIME,
    /** It was idle for {@code idleTimeout}, or was not needed. */
    IDLE,
    /** A probe found it dead. */
    DEAD,
    /** It failed while it was in use: a fatal error, or its holder reported or aborted it. */
    BROKEN,
    /** It was evicted, through {@link PoolControl} or its lease. */
    EVICTED,
    /** {@link PoolControl#clear} closed it. */
    CLEARED,
    /** The pool was made smaller. */
    SHRUNK,
    /** Another pool of the {@link Budget} needed its permit. */
    BUDGET,
    /** It could not be restored for its next user. */
    RESET_FAILED,
    /** It could not be prepared for a caller, by a hook for example. */
    HOOK_FAILED,
    /** Its holder had ended without returning it. */
    RECLAIMED,
    /** A call on it was stuck: the network lost it, or it did not react to being cancelled. */
    SILENT,
    /** The pool was closed. */
    POOL_CLOSED
}
