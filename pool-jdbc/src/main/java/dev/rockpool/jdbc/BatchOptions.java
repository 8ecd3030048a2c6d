package dev.rockpool.jdbc;

import dev.rockpool.Priority;
import java.time.Duration;
import java.util.Objects;

/**
 * How a {@link BatchedStatement} gathers its calls. Immutable: each function returns a changed copy, so one can be kept
 * in a constant.
 *
 * <pre>{@code
 * BatchOptions.defaults().maxBatch(32).timeout(Duration.ofSeconds(1))
 * }</pre>
 */
public final class BatchOptions {
    private static final int MOST = 1_000;
    private static final BatchOptions DEFAULTS = new BatchOptions(16, null, false, null, Priority.NORMAL);

    private final int maxBatch;
    private final Integer maxPending;
    private final boolean hasTimeout;
    private final Duration timeout;
    private final Priority priority;

    private BatchOptions(int maxBatch, Integer maxPending, boolean hasTimeout, Duration timeout, Priority priority) {
        this.maxBatch = maxBatch;
        this.maxPending = maxPending;
        this.hasTimeout = hasTimeout;
        this.timeout = timeout;
        this.priority = Objects.requireNonNull(priority, "priority");
    }

    /** At most 16 calls in a batch, no own limit of waiting calls, the pool's timeout, normal priority. */
    public static BatchOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Sets how many calls are sent together at most. The default is 16: with PostgreSQL's driver, larger batches of
     * queries were slower, and made each call wait longer. 1 turns batching off.
     *
     * @throws IllegalArgumentException if it is not 1 to 1,000
     */
    public BatchOptions maxBatch(int value) {
        if (value < 1 || value > MOST)
            throw new IllegalArgumentException("maxBatch is " + value + " but must be 1 to " + MOST);
        return new BatchOptions(value, maxPending, hasTimeout, timeout, priority);
    }

    /**
     * Sets how many calls of the statement may wait. Others are refused at once. Default null: no limit except that of
     * the pool, whose {@code maxPending} counts each waiting call, too.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public BatchOptions maxPending(Integer value) {
        if (value != null && value < 0)
            throw new IllegalArgumentException(
                    "maxPending is " + value + " but must be 0 or more, or null for no limit");
        return new BatchOptions(maxBatch, value, hasTimeout, timeout, priority);
    }

    /**
     * Sets how long a call may wait until it is sent; null means no limit, zero no wait. Without this, it is the pool's
     * {@code acquireTimeout}. A call that was sent has no limit.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public BatchOptions timeout(Duration value) {
        if (value != null && value.isNegative())
            throw new IllegalArgumentException("timeout is " + value + " but must be 0 or more, or null for no limit");
        return new BatchOptions(maxBatch, maxPending, true, value, priority);
    }

    /** Sets the priority: callers with a higher priority get a connection first. */
    public BatchOptions priority(Priority value) {
        return new BatchOptions(maxBatch, maxPending, hasTimeout, timeout, value);
    }

    public int getMaxBatch() {
        return maxBatch;
    }

    public Integer getMaxPending() {
        return maxPending;
    }

    /** Whether {@link #timeout} was set. */
    public boolean hasTimeout() {
        return hasTimeout;
    }

    /** The timeout that was set; null if it was set to no limit, or not set. */
    public Duration getTimeout() {
        return timeout;
    }

    public Priority getPriority() {
        return priority;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BatchOptions o
                && maxBatch == o.maxBatch
                && Objects.equals(maxPending, o.maxPending)
                && hasTimeout == o.hasTimeout
                && Objects.equals(timeout, o.timeout)
                && priority == o.priority;
    }

    @Override
    public int hashCode() {
        return Objects.hash(maxBatch, maxPending, hasTimeout, timeout, priority);
    }

    @Override
    public String toString() {
        return "BatchOptions(maxBatch=" + maxBatch + ", maxPending=" + maxPending + ", timeout="
                + (hasTimeout ? timeout : "the pool's") + ", priority=" + priority + ")";
    }
}
