package dev.rockpool.monitor;

/**
 * Receives what a {@link PoolMonitor} finds. Each method does nothing unless it is overridden.
 *
 * <p>Called on the monitor's thread, one call at a time, so a slow listener delays the next look. If a method throws,
 * that is logged, and all later calls are still made.
 */
public interface MonitorListener {
    /** The figures from the previous look at the pool to this one. */
    default void sampled(PoolFigures figures) {}

    /** An alert began to fire. Once per alert. */
    default void triggered(Alert alert) {}

    /**
     * The alert still fires and has not been acknowledged. Repeated as often as
     * {@link PoolMonitor.Builder#remindEvery} says, by default never.
     */
    default void reminded(Alert alert) {}

    /** The alert is over, by itself or because it was cleared. Once per alert. */
    default void resolved(Alert alert) {}
}
