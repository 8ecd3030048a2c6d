package dev.rockpool.internal.core.stats;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** The upper bounds of exported buckets, in nanoseconds and in ascending order. */
public final class Bounds {
    private static final long MICRO = TimeUnit.MICROSECONDS.toNanos(1);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    /** From 100 microseconds to a minute, in steps of about 2. */
    public static final long[] SHORT = {
        100 * MICRO,
        250 * MICRO,
        500 * MICRO,
        1_000 * MICRO,
        2_500 * MICRO,
        5_000 * MICRO,
        10_000 * MICRO,
        25_000 * MICRO,
        50_000 * MICRO,
        100_000 * MICRO,
        250_000 * MICRO,
        500_000 * MICRO,
        SECOND,
        5 * SECOND / 2,
        5 * SECOND,
        10 * SECOND,
        25 * SECOND,
        MINUTE
    };

    /** From a second to a day, for lifetimes. */
    public static final long[] LONG = {
        SECOND,
        10 * SECOND,
        MINUTE,
        5 * MINUTE,
        10 * MINUTE,
        20 * MINUTE,
        30 * MINUTE,
        60 * MINUTE,
        120 * MINUTE,
        360 * MINUTE,
        720 * MINUTE,
        1440 * MINUTE
    };

    private Bounds() {}

    /** The short bounds and this one. */
    public static long[] shortAnd(long own) {
        int at = Arrays.binarySearch(SHORT, own);
        if (at >= 0) return SHORT;
        long[] all = Arrays.copyOf(SHORT, SHORT.length + 1);
        int place = -at - 1;
        System.arraycopy(SHORT, place, all, place + 1, SHORT.length - place);
        all[place] = own;
        return all;
    }
}
