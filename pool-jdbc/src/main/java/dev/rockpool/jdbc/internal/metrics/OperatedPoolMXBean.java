package dev.rockpool.jdbc.internal.metrics;

/** The same with operations, for those who asked for them. */
public interface OperatedPoolMXBean extends PoolMXBean {
    /** Replaces all connections: idle ones now, leased ones on return. */
    void evictAll();

    /** Closes idle connections. */
    int clear();

    /** Nothing is lent until {@link #resume}. */
    void pause();

    void resume();

    void resetTimes();
}
