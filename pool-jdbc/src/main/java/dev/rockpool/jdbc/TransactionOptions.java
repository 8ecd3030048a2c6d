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

    /**
     * Sets the isolation level, a constant of {@link java.sql.Connection} or of the driver; null for the connection's
     * own.
     */
    public TransactionOptions isolation(Integer value) {
        return new TransactionOptions(value, readOnly, timeout, retry, priority);
    }

    /**
     * Sets whether the transaction is read-only; null for the connection's mode, which is false unless the pool
     * configures it.
     */
    public TransactionOptions readOnly(Boolean value) {
        return new TransactionOptions(isolation, value, timeout, retry, priority);
    }

    /**
     * Sets the limit for the wait for a connection and all attempts together; null for none. The wait is also limited
     * by the pool's {@code acquireTimeout}. At the timeout the running statement is cancelled. In nested transactions
     * the option of the outermost one applies.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public TransactionOptions timeout(Duration value) {
        if (value != null && (value.isNegative() || value.isZero())) {
            throw new IllegalArgumentException("timeout is " + value + " but must be positive, or null for never");
        }
        return new TransactionOptions(isolation, readOnly, value, retry, priority);
    }

    /**
     * Sets the failures after which the work runs again. In nested transactions the option of the outermost one
     * applies.
     */
    public TransactionOptions retry(Retry value) {
        return new TransactionOptions(isolation, readOnly, timeout, value, priority);
    }

    /** Sets the priority: callers with a higher priority get a connection first. */
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
