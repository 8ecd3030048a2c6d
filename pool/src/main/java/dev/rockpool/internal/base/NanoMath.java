package dev.rockpool.internal.base;

import java.time.Duration;

/** Arithmetic on times of the pool's clock, which are never negative. {@code Long.MAX_VALUE} means never. */
public final class NanoMath {
    private NanoMath() {}

    /** Returns {@code time + span}, or never if that overflows. */
    public static long after(long time, long span) {
        return span > Long.MAX_VALUE - time ? Long.MAX_VALUE : time + span;
    }

    /** Converts to nanoseconds. Null and values that overflow mean never. */
    public static long nanos(Duration timeout) {
        if (timeout == null) return Long.MAX_VALUE;
        try {
            return timeout.toNanos();
        } catch (ArithmeticException e) {
            return timeout.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }
}
