package dev.rockpool.internal.core.lending;

/** What became of a request to wait. */
public enum Enqueued {
    /** It is in the queue, or was decided at once. */
    WAITS,
    FULL,
    CLOSED
}
