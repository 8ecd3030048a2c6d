package dev.rockpool.internal.core.connectivity;

/**
 * Pauses that grow by a factor up to a maximum, in nanoseconds.
 *
 * @param jitter each pause is shortened or lengthened by up to this share of itself
 */
public record ExponentialBackoff(long initial, double factor, long max, double jitter) implements BackoffFunction {
    @Override
    public long after(int failures, double random) {
        double grown = initial * Math.pow(factor, failures - 1.0);
        return (long) Math.max(1, Math.min(grown, max) * (1 + jitter * (2 * random - 1)));
    }
}
