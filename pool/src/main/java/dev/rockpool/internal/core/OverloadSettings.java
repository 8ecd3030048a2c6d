package dev.rockpool.internal.core;

/**
 * When to shed waiters; see {@code OverloadControl}. In nanoseconds.
 *
 * @param target the wait that is still good
 * @param interval how long waits may be longer before waiters are shed
 */
public record OverloadSettings(long target, long interval) {
    /** The wait from which a waiter is shed. */
    long limit() {
        return Times.after(target, target);
    }
}
