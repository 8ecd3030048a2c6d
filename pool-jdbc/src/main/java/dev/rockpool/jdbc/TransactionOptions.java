package dev.rockpool.jdbc;

import dev.rockpool.Priority;
import java.time.Duration;
import java.util.Objects;

/**
 * How a transaction runs. Immutable: each function returns a changed copy, so one can be kept in a constant.
 *
 * <pre>{@code
 * TransactionOptions.defaults().isolation(Connection.TRANSACTION_SERIALIZABLE).retry(Retry.conflicts())
 * }</pre>
 */
public final class TransactionOptions {
    private static final TransactionOptions DEFAULTS =
            new TransactionOptions(null, null, null, Retry.none(), Priority.NORMAL);

    private final Integer isolation;
    private final Boolean readOnly;
    private final Duration timeout;
    private final Retry retry;
    private final Priority priority;

    private TransactionOptions(Integer isolation, Boolean readOnly, Duration timeout, Retry retry, Priority priority) {
        this.isolation = isolation;
        this.readOnly = readOnly;
        this.timeout = timeout;
        this.retry = Objects.requireNonNull(retry, "retry");
        this.priority = Objects.requireNonNull(priority, "priority");
    }

    /** The connection's own isolation and mode, no retry, normal priority. */
    public static TransactionOptions defaults() {
        return DEFAULTS;
    }

    /** With this isolation, a constant of {@link java.sql.Connection} or of the driver; null: the connection's own. */
    public TransactionOptions isolation(Integer value) {
        return new TransactionOptions(value, readOnly, timeout, retry, priority);
    }

    /** Whether it may not change anything; null: as the connection is, which is false unless the pool is configured so. */
    public TransactionOptions readOnly(Boolean value) {
        return new TransactionOptions(isolation, value, timeout, retry, priority);
    }

    /**
     * How long all of it may take: the wait for a connection, the work and every attempt; null: as long as it takes. A wait is
     * also bounded by the pool's {@code acquireTimeout}. At the timeout the statement that runs is cancelled. In a transaction
     * inside another one that of the outermost counts.
     *
     * @throws IllegalArgumentException when it is not positive
     */
    public TransactionOptions timeout(Duration value) {
        if (value != null && (value.isNegative() || value.isZero())) {
            throw new IllegalArgumentException("timeout is " + value + " but must be positive, or null for never");
        }
        return new TransactionOptions(isolation, readOnly, value, retry, priority);
    }

    /** After what it is tried again. In a transaction inside another one that of the outermost counts. */
    public TransactionOptions retry(Retry value) {
        return new TransactionOptions(isolation, readOnly, timeout, value, priority);
    }

    /** If several callers wait for a connection, those of a higher one are served first. */
    public TransactionOptions priority(Priority value) {
        return new TransactionOptions(isolation, readOnly, timeout, retry, value);
    }

    public Integer getIsolation() {
        return isolation;
    }

    public Boolean getReadOnly() {
        return readOnly;
    }

    public Duration getTimeout() {
        return timeout;
    }

    public Retry getRetry() {
        return retry;
    }

    public Priority getPriority() {
        return priority;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TransactionOptions o
                && Objects.equals(isolation, o.isolation)
                && Objects.equals(readOnly, o.readOnly)
                && Objects.equals(timeout, o.timeout)
                && retry.equals(o.retry)
                && priority == o.priority;
    }

    @Override
    public int hashCode() {
        return Objects.hash(isolation, readOnly, timeout, retry, priority);
    }

    @Override
    public String toString() {
        return "TransactionOptions(isolation=" + isolation + ", readOnly=" + readOnly + ", timeout=" + timeout
                + ", retry=" + retry
                + ", priority=" + priority + ")";
    }
}
