package dev.rockpool.internal.core.lending;

/** The result of {@link PoolState#enqueue}. */
public enum Enqueued {
    /** The waiter is queued, or was decided at once. */
    WAITS,
    FULL,
    CLOSED
}
