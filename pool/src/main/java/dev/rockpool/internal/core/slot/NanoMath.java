package dev.rockpool.internal.core.slot;

import java.time.Duration;

/** Times by the pool's clock, which is never negative. {@code Long.MAX_VALUE} is never. */
public final class NanoMath {
    private NanoMath() {}

    /** So long after this time; never, if that is further than can be counted. */
    public static long after(long time, long span) {
        return span > Long.MAX_VALUE - time ? Long.MAX_VALUE : time + span;
    }

    /** In nanoseconds; never for null, and for what is longer than can be counted. */
    public static long nanos(Duration timeout) {
        if (timeout == null) return Long.MAX_VALUE;
        try {
            return timeout.toNanos();
        } catch (ArithmeticException e) {
            return timeout.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }
}
