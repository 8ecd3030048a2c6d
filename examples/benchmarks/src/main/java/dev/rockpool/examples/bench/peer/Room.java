package dev.rockpool.examples.bench.peer;

/**
 * The size of a pool.
 *
 * @param min the number of connections kept open without callers, and opened before the measurement
 * @param max the maximum number of connections
 */
public record Room(int min, int max) {
    /** A fixed size: all connections are always open. */
    public static Room of(int size) {
        return new Room(size, size);
    }
}
