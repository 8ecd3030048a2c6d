package dev.rockpool.jdbc.metrics;

import dev.rockpool.PoolControl;
import dev.rockpool.jdbc.internal.flight.FlightWriter;

/**
 * Writes what happens in one pool to the JDK's flight recorder, as events {@code dev.rockpool.*}:
 * {@code RockpoolFlightRecorder.start(pool.control())}. No class of the recorder is loaded before.
 *
 * <p>Connects, closes, timeouts, leaks, changes of health and exhaustion are written when they have happened, and the
 * numbers of the pool once a second. An event that no recording wants costs nothing but its creation. When the pool is
 * closed, it ends by itself. {@link #close} ends it before. Thread-safe.
 */
public final class RockpoolFlightRecorder implements AutoCloseable {
    private final AutoCloseable writer;

    private RockpoolFlightRecorder(AutoCloseable writer) {
        this.writer = writer;
    }

    /**
     * Starts to write.
     *
     * @param control that of the pool, such as {@code dataSource.control()}
     * @throws IllegalStateException if this JVM has no flight recorder (module {@code jdk.jfr})
     */
    public static RockpoolFlightRecorder start(PoolControl control) {
        try {
            return new RockpoolFlightRecorder(new FlightWriter(control));
        } catch (LinkageError e) {
            throw new IllegalStateException("this JVM has no flight recorder: the module jdk.jfr is missing", e);
        }
    }

    /** Stops writing. A second call does nothing. */
    @Override
    public void close() {
        try {
            writer.close();
        } catch (Exception e) {
            throw new IllegalStateException("the flight recorder could not be left", e);
        }
    }
}
