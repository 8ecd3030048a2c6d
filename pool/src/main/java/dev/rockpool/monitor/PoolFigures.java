package dev.rockpool.monitor;

import dev.rockpool.CloseReason;
import dev.rockpool.HealthStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What happened in a pool in a range of time, between two looks of a {@link PoolMonitor}. Immutable.
 *
 * <p>Counts and times are those of the range. Present connections and callers are those at its end. States are seen at
 * each look only, so peaks and the mean utilization are as precise as the interval.
 */
public final class PoolFigures {
    private static final double NANOS = 1e9;
    private static final double MINUTE = 60 * NANOS;

    private final String pool;
    private final Instant from;
    private final Instant to;
    private final long lasted;
    private final Duration uptime;
    private final long[] sums;
    private final long[] now;
    private final TimeFigures wait;
    private final TimeFigures open;
    private final TimeFigures use;
    private final TimeFigures lifetime;

    private PoolFigures(
            String pool,
            Instant from,
            Instant to,
            long lasted,
            Duration uptime,
            long[] sums,
            long[] now,
            List<TimeFigures> times) {
        this.pool = pool;
        this.from = from;
        this.to = to;
        this.lasted = lasted;
        this.uptime = uptime;
        this.sums = sums;
        this.now = now;
        this.wait = times.get(0);
        this.open = times.get(1);
        this.use = times.get(2);
        this.lifetime = times.get(3);
    }

    /**
     * The figures from one row to the last of those after it.
     *
     * @param before how long the pool had run when the monitor began
     * @param after may be empty; then nothing has happened
     */
    static PoolFigures between(String pool, Duration before, Row begin, List<Row> after) {
        Row end = after.isEmpty() ? begin : after.get(after.size() - 1);
        long[] sums = new long[Row.SUMS];
        for (int i = 0; i < sums.length; i++) sums[i] = end.sums[i] - begin.sums[i];
        long[] now = end.now.clone();
        long[] bounds = begin.wait.bounds();
        for (Row row : after) {
            now[Row.PEAK_LEASED] = Math.max(now[Row.PEAK_LEASED], row.now[Row.PEAK_LEASED]);
            now[Row.PEAK_PENDING] = Math.max(now[Row.PEAK_PENDING], row.now[Row.PEAK_PENDING]);
            bounds = row.wait.common(bounds); // they change with acquireTimeout
        }
        List<TimeFigures> times = List.of(
                end.wait.minus(begin.wait, bounds),
                end.open.minus(begin.open, end.open.bounds()),
                end.use.minus(begin.use, end.use.bounds()),
                end.lifetime.minus(begin.lifetime, end.lifetime.bounds()));
        long lasted = end.nanos - begin.nanos;
        return new PoolFigures(pool, begin.at, end.at, lasted, before.plusNanos(end.nanos), sums, now, times);
    }

    /**
     * The figures of this range and the next one together.
     *
     * @throws IllegalArgumentException if the other range does not begin where this one ends
     */
    public PoolFigures plus(PoolFigures next) {
        if (!next.from.equals(to) || !next.pool.equals(pool))
            throw new IllegalArgumentException("the range of pool '" + next.pool + "' begins at " + next.from
                    + " but must begin where that of pool '" + pool + "' ends, at " + to);
        long[] both = new long[sums.length];
        for (int i = 0; i < both.length; i++) both[i] = sums[i] + next.sums[i];
        long[] end = next.now.clone();
        if (next.lasted == 0) {
            end[Row.PEAK_LEASED] = now[Row.PEAK_LEASED];
            end[Row.PEAK_PENDING] = now[Row.PEAK_PENDING];
        } else if (lasted > 0) {
            end[Row.PEAK_LEASED] = Math.max(now[Row.PEAK_LEASED], end[Row.PEAK_LEASED]);
            end[Row.PEAK_PENDING] = Math.max(now[Row.PEAK_PENDING], end[Row.PEAK_PENDING]);
        }
        List<TimeFigures> times =
                List.of(wait.plus(next.wait), open.plus(next.open), use.plus(next.use), lifetime.plus(next.lifetime));
        return new PoolFigures(pool, from, next.to, lasted + next.lasted, next.uptime, both, end, times);
    }

    /** The name of the pool. */
    public String getPool() {
        return pool;
    }

    /** Where the range begins. Later than asked for if older looks are forgotten. */
    public Instant getCoversFrom() {
        return from;
    }

    /** Where the range ends: at the last look before the time that was asked for. */
    public Instant getCoversTo() {
        return to;
    }

    /** How long the pool had run at the end, since its creation or a {@code resetTimes} before the monitor began. */
    public Duration getUptime() {
        return uptime;
    }

    /** {@code maxSize} at the end. */
    public int getMaxSize() {
        return moment(Row.MAX_SIZE);
    }

    /** Connections that were leased at the end. */
    public int getLeased() {
        return moment(Row.LEASED);
    }

    /** Connections that were idle at the end. */
    public int getIdle() {
        return moment(Row.IDLE);
    }

    /** Connections that were being opened at the end. */
    public int getOpening() {
        return moment(Row.OPENING);
    }

    /** Callers that waited at the end. */
    public int getPending() {
        return moment(Row.PENDING);
    }

    /** The longest wait that had not ended at the end. */
    public Duration getOldestWait() {
        return Duration.ofNanos(now[Row.OLDEST_WAIT]);
    }

    /** Whether the pool was paused at the end. */
    public boolean isPaused() {
        return now[Row.PAUSED] == 1;
    }

    /** The health at the end. */
    public HealthStatus getHealth() {
        return HealthStatus.values()[moment(Row.HEALTH)];
    }

    /** The setting {@code acquireTimeout} at the end; null means for ever. */
    public Duration getAcquireTimeout() {
        return now[Row.ACQUIRE_TIMEOUT] < 0 ? null : Duration.ofNanos(now[Row.ACQUIRE_TIMEOUT]);
    }

    /** The most leased connections at one look. {@code maxSize} if the pool was exhausted, however briefly. */
    public int getPeakLeased() {
        return moment(Row.PEAK_LEASED);
    }

    /** The most waiting callers at one look. */
    public int getPeakPending() {
        return moment(Row.PEAK_PENDING);
    }

    /** Callers that got a connection. */
    public long getServed() {
        return sums[Row.SERVED];
    }

    /** Callers that timed out. */
    public long getTimedOut() {
        return sums[Row.TIMED_OUT];
    }

    /** Callers that were cancelled while they waited. */
    public long getCancelled() {
        return sums[Row.CANCELLED];
    }

    /** Callers that were rejected because too many others waited. */
    public long getRejected() {
        return sums[Row.REJECTED];
    }

    /** Callers that were rejected after a wait, because of overload. */
    public long getShed() {
        return sums[Row.SHED];
    }

    /** Callers that failed because no connection could be opened or prepared. */
    public long getFailed() {
        return sums[Row.FAILED];
    }

    /** Callers that were served, timed out, rejected or shed, or failed. */
    public long getAttempts() {
        return getServed() + unserved();
    }

    private long unserved() {
        return getTimedOut() + getRejected() + getShed() + getFailed();
    }

    public long getOpened() {
        return sums[Row.OPENED];
    }

    /** Connects that failed. */
    public long getOpenFailed() {
        return sums[Row.OPEN_FAILED];
    }

    /** Connections that were closed, by reason, without reasons that did not occur. */
    public Map<CloseReason, Long> getClosedBy() {
        Map<CloseReason, Long> all = new EnumMap<>(CloseReason.class);
        for (CloseReason why : CloseReason.values()) {
            long count = sums[Row.CLOSED + why.ordinal()];
            if (count > 0) all.put(why, count);
        }
        return Collections.unmodifiableMap(all);
    }

    /** Leases that were reported as leaks. */
    public long getLeaked() {
        return sums[Row.LEAKED];
    }

    /** Leases that were reclaimed because their holder had ended. */
    public long getReclaimed() {
        return sums[Row.RECLAIMED];
    }

    /** How long callers waited although every connection was leased. */
    public Duration getExhaustedFor() {
        return Duration.ofNanos(sums[Row.EXHAUSTED]);
    }

    /** How long the pool was paused. */
    public Duration getPausedFor() {
        return Duration.ofNanos(sums[Row.PAUSED_FOR]);
    }

    /** How long the health was UNHEALTHY. */
    public Duration getDownFor() {
        return Duration.ofNanos(sums[Row.DOWN_FOR]);
    }

    /** The share of {@code maxSize} that was leased at the end, from 0 to 1. */
    public double getUtilization() {
        return (double) getLeased() / getMaxSize();
    }

    /** The mean share of {@code maxSize} that was leased; that at the end if the range has no length. */
    public double getMeanUtilization() {
        return sums[Row.SIZE_FOR] == 0 ? getUtilization() : (double) sums[Row.LEASED_FOR] / sums[Row.SIZE_FOR];
    }

    /** Callers served per second; null if the range has no length. */
    public Double getRate() {
        return lasted == 0 ? null : getServed() * NANOS / lasted;
    }

    /** The share of {@linkplain #getAttempts attempts} that were not served, from 0 to 1; null if there were none. */
    public Double getErrorRate() {
        return getAttempts() == 0 ? null : (double) unserved() / getAttempts();
    }

    /** {@link #getExhaustedFor} as a share of the range, from 0 to 1; null if the range has no length. */
    public Double getExhaustedShare() {
        return lasted == 0 ? null : Math.min(1, (double) sums[Row.EXHAUSTED] / lasted);
    }

    /** From a caller's request to its connection or its timeout; zero if it was served at once. */
    public TimeFigures getWait() {
        return wait;
    }

    /** How long opening a connection took. */
    public TimeFigures getOpen() {
        return open;
    }

    /** How long leases lasted that ended. */
    public TimeFigures getUse() {
        return use;
    }

    /** How old connections were when they were closed. */
    public TimeFigures getLifetime() {
        return lifetime;
    }

    double p99OfTimeout() {
        long timeout = now[Row.ACQUIRE_TIMEOUT];
        return timeout <= 0 ? Double.NaN : (double) wait.getP99().toNanos() / timeout;
    }

    double churn() {
        return lasted == 0 ? Double.NaN : getOpened() * MINUTE / lasted / getMaxSize();
    }

    private int moment(int which) {
        return (int) now[which];
    }

    /** One JSON object with a member for each property. Times are seconds, points in time are text in UTC. */
    public String toJson() {
        return MonitorJson.of(this).toString();
    }

    @Override
    public String toString() {
        return "pool '" + pool + "' from " + from + " to " + to + ": " + getServed() + " served, " + unserved()
                + " not served, " + getLeased() + " of " + getMaxSize() + " leased, " + getPending() + " pending, wait "
                + wait;
    }
}
