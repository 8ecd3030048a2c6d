package dev.rockpool.examples.bench.peer;

/**
 * How many connections a pool has.
 *
 * @param min kept open also when nobody needs them, and opened before the measurement
 * @param max at most
 */
public record Room(int min, int max) {
    /** All open, always. */
    public static Room of(int size) {
        return new Room(size, size);
    }
}
