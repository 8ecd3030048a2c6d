package dev.rockpool.internal.core.queue;

import dev.rockpool.internal.base.NanoMath;

/**
 * When to shed waiters, see {@code OverloadControl}. In nanoseconds.
 *
 * @param target the longest acceptable wait
 * @param interval how long waits may exceed the target before waiters are shed
 */
public record OverloadSettings(long target, long interval) {
    /** The wait after which a waiter is shed. */
    long limit() {
        return NanoMath.after(target, target);
    }
}
