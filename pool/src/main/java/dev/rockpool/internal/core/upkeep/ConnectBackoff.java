package dev.rockpool.internal.core.upkeep;

import dev.rockpool.internal.core.slot.NanoMath;

/** When to connect again after connects failed. Openers report here, the keeper asks. Thread-safe. */
public final class ConnectBackoff {
    private static final long EAGER_LEAST = 10_000_000;
    private static final int EAGER_SHARE = 20;

    private final BackoffFunction pauses;
    private int failures;
    private long failingSince;
    private long lastFailure;
    private long lastSuccess = Long.MIN_VALUE;
    private long pause;

    /** How many connections were open when the other side had no place for one more; as many as any, when it did not say so. */
    private int places = Integer.MAX_VALUE;

    public ConnectBackoff(BackoffFunction pauses) {
        this.pauses = pauses;
    }

    /**
     * Pauses that grow by a factor up to a maximum, in nanoseconds; each is shortened or lengthened by up to {@code jitter} of itself.
     */
    public record BackoffSettings(long initial, double factor, long max, double jitter) implements BackoffFunction {
        @Override
        public long after(int failures, double random) {
            double grown = initial * Math.pow(factor, failures - 1.0);
            return (long) Math.max(1, Math.min(grown, max) * (1 + jitter * (2 * random - 1)));
        }
    }

    /** One more connect failed, as soon as it began. */
    public void failed(long now, double random) {
        failed(now, now, random);
    }

    /**
     * One more connect failed.
     *
     * @param began when it began; connecting has been failing since the first one that failed did
     * @param random uniform in 0..1, for the jitter
     * @return whether it counts: one that began before the latest success says nothing of now
     */
    public boolean failed(long began, long now, double random) {
        long next = pauses.after(failures() + 1, random);
        synchronized (this) {
            if (began < lastSuccess) return false;
            if (failures == 0) failingSince = began;
            failed(now, next, Integer.MAX_VALUE);
            return true;
        }
    }

    /**
     * One more connect failed, because the other side has no place for it. That counts also beside a success: what arrived took the last
     * places.
     *
     * @param open how many connections there are
     */
    public void full(long began, long now, double random, int open) {
        long next = pauses.after(failures() + 1, random);
        synchronized (this) {
            if (failures == 0) failingSince = began;
            failed(now, next, open);
        }
    }

    private void failed(long now, long next, int open) {
        failures++;
        lastFailure = now;
        pause = next;
        places = open;
    }

    public synchronized void succeeded(long now) {
        failures = 0;
        places = Integer.MAX_VALUE;
        lastSuccess = now;
    }

    /** Whether the latest connect failed. */
    public synchronized boolean isFailing() {
        return failures > 0;
    }

    /** Whether that was because the other side has no place for one more beside so many, which serve callers meanwhile. */
    public synchronized boolean isFull(int open) {
        return failures > 0 && open > 0 && open >= places;
    }

    /** How many connects failed since the last success. */
    public synchronized int failures() {
        return failures;
    }

    /** Since when connecting fails; meaningful while {@link #isFailing}. */
    synchronized long failingSince() {
        return failingSince;
    }

    /** When the next attempt is due. */
    synchronized long due() {
        return NanoMath.after(lastFailure, pause);
    }

    /**
     * The same while somebody waits: sooner. What has just gone may be back at once, and what has been away for long may well be a
     * little longer; so not before some share of that time has passed again.
     */
    synchronized long dueEagerly(long atMost) {
        long share = Math.max(EAGER_LEAST, (lastFailure - failingSince) / EAGER_SHARE);
        return NanoMath.after(lastFailure, Math.min(pause, Math.min(share, atMost)));
    }
}
