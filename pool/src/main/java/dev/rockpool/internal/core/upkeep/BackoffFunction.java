package dev.rockpool.internal.core.upkeep;

/** How long to pause between connects while they fail. Must return, whatever it is asked, and at once. */
public interface BackoffFunction {
    /**
     * @param failures how many connects failed since the last success, at least 1
     * @param random uniform in 0..1, for the jitter
     * @return nanoseconds, more than zero
     */
    long after(int failures, double random);
}
