package dev.rockpool.internal.core;

/** Times by the pool's clock, which is never negative. {@code Long.MAX_VALUE} is never. */
final class Times {
    private Times() {}

    /** So long after this time; never, if that is further than can be counted. */
    static long after(long time, long span) {
        return span > Long.MAX_VALUE - time ? Long.MAX_VALUE : time + span;
    }
}
