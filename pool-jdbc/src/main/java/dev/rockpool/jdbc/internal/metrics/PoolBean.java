package dev.rockpool.jdbc.internal.metrics;

import dev.rockpool.PoolControl;
import dev.rockpool.PoolStats;

/** A pool as JMX clients see it. Each attribute is read from a snapshot of its own. */
public final class PoolBean implements OperatedPoolMXBean {
    private static final double NANOS_PER_MILLI = 1e6;

    private final PoolControl control;

    public PoolBean(PoolControl control) {
        this.control = control;
    }

    private PoolStats stats() {
        return control.snapshot();
    }

    @Override
    public String getName() {
        return control.getConfig().getName();
    }

    @Override
    public String getHealth() {
        return control.health().toString();
    }

    @Override
    public int getMaxSize() {
        return stats().getMaxSize();
    }

    @Override
    public int getMinIdle() {
        return stats().getMinIdle();
    }

    @Override
    public int getIdle() {
        return stats().getIdle();
    }

    @Override
    public int getLeased() {
        return stats().getLeased();
    }

    @Override
    public int getTotal() {
        return stats().getTotal();
    }

    @Override
    public int getPending() {
        return stats().getPending();
    }

    @Override
    public boolean isPaused() {
        return control.isPaused();
    }

    @Override
    public long getOldestWaitMillis() {
        return stats().getOldestWait().toMillis();
    }

    @Override
    public long getExhaustedMillis() {
        return stats().getExhaustedFor().toMillis();
    }

    @Override
    public long getAcquired() {
        return stats().getAcquired();
    }

    @Override
    public long getOpened() {
        return stats().getOpened();
    }

    @Override
    public long getOpenFailed() {
        return stats().getOpenFailed();
    }

    @Override
    public long getClosed() {
        return stats().getClosed();
    }

    @Override
    public long getTimedOut() {
        return stats().getTimedOut();
    }

    @Override
    public long getRejected() {
        return stats().getRejected();
    }

    @Override
    public long getShed() {
        return stats().getShed();
    }

    @Override
    public long getFailed() {
        return stats().getFailed();
    }

    @Override
    public long getLeaked() {
        return stats().getLeaked();
    }

    @Override
    public double getWaitMeanMillis() {
        return stats().getTimes().getWait().meanNanos() / NANOS_PER_MILLI;
    }

    @Override
    public double getWaitP99Millis() {
        return stats().getTimes().getWait().p99Nanos() / NANOS_PER_MILLI;
    }

    @Override
    public double getUseMeanMillis() {
        return stats().getTimes().getUse().meanNanos() / NANOS_PER_MILLI;
    }

    @Override
    public double getUseP99Millis() {
        return stats().getTimes().getUse().p99Nanos() / NANOS_PER_MILLI;
    }

    @Override
    public void evictAll() {
        control.evictAll("through JMX");
    }

    @Override
    public int clear() {
        return control.clear();
    }

    @Override
    public void pause() {
        control.pause();
    }

    @Override
    public void resume() {
        control.resume();
    }

    @Override
    public void resetTimes() {
        control.resetTimes();
    }
}
