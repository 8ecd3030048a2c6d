package dev.rockpool.internal.core.lending;

/** The result of {@link Queueing#enqueue}. */
public enum Enqueued {
    /** The waiter is queued, or was decided at once. */
    WAITS,
    FULL,
    CLOSED
}
