package dev.rockpool.internal.core.connectivity;

/** How long to pause between connects while they fail. Must return at once, and never throw. */
public interface BackoffFunction {
    /**
     * The pause before the next connect.
     *
     * @param failures how many connects failed since the last success, at least 1
     * @param random uniform in 0..1, for the jitter
     * @return nanoseconds, more than zero
     */
    long after(int failures, double random);
}
