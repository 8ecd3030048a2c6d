package dev.rockpool.jdbc.internal.metrics;

/** What a JMX client reads of a pool. Times are in milliseconds. */
public interface PoolMXBean {
    String getName();

    String getHealth();

    int getMaxSize();

    int getMinIdle();

    int getIdle();

    int getLeased();

    int getTotal();

    int getPending();

    boolean isPaused();

    long getOldestWaitMillis();

    long getExhaustedMillis();

    long getAcquired();

    long getOpened();

    long getOpenFailed();

    long getClosed();

    long getTimedOut();

    long getRejected();

    long getShed();

    /** Callers that failed because no connection could be opened or prepared. */
    long getFailed();

    long getLeaked();

    double getWaitMeanMillis();

    double getWaitP99Millis();

    double getUseMeanMillis();

    double getUseP99Millis();
}
