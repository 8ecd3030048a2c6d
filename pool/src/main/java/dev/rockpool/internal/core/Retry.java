package dev.rockpool.internal.core;

/** When to connect again after connects failed. Openers report here, the keeper asks. Thread-safe. */
public final class Retry {
    private BackoffSettings settings;
    private int failures;
    private long lastFailure;
    private long pause;

    public Retry(BackoffSettings settings) {
        this.settings = settings;
    }

    /** Goes on with other pauses. */
    public synchronized void settings(BackoffSettings settings) {
        this.settings = settings;
    }

    /** How connect attempts are spaced, in nanoseconds; each pause is shortened or lengthened by up to {@code jitter}. */
    public record BackoffSettings(long initial, double factor, long max, double jitter) {}

    /**
     * One more connect failed.
     *
     * @param random uniform in 0..1, for the jitter
     */
    public synchronized void failed(long now, double random) {
        double grown = settings.initial() * Math.pow(settings.factor(), failures);
        double jitter = 1 + settings.jitter() * (2 * random - 1);
        pause = (long) (Math.min(grown, settings.max()) * jitter);
        failures++;
        lastFailure = now;
    }

    public synchronized void succeeded() {
        failures = 0;
    }

    /** Whether the latest connect failed. */
    public synchronized boolean isFailing() {
        return failures > 0;
    }

    /** How many connects failed since the last success. */
    public synchronized int failures() {
        return failures;
    }

    /** When the next attempt is due, no more than {@code atMost} after the last failure. */
    synchronized long due(long atMost) {
        return lastFailure + Math.min(pause, atMost);
    }
}
