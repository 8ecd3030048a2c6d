package dev.rockpool.jdbc;

import dev.rockpool.Priority;
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
            new TransactionOptions(null, null, Retry.none(), Priority.NORMAL);

    private final Integer isolation;
    private final Boolean readOnly;
    private final Retry retry;
    private final Priority priority;

    private TransactionOptions(Integer isolation, Boolean readOnly, Retry retry, Priority priority) {
        this.isolation = isolation;
        this.readOnly = readOnly;
        this.retry = Objects.requireNonNull(retry, "retry");
        this.priority = Objects.requireNonNull(priority, "priority");
    }

    /** The connection's own isolation and mode, no retry, normal priority. */
    public static TransactionOptions defaults() {
        return DEFAULTS;
    }

    /** With this isolation, a constant of {@link java.sql.Connection} or of the driver; null: the connection's own. */
    public TransactionOptions isolation(Integer value) {
        return new TransactionOptions(value, readOnly, retry, priority);
    }

    /** Whether it may not change anything; null: as the connection is, which is false unless the pool is configured so. */
    public TransactionOptions readOnly(Boolean value) {
        return new TransactionOptions(isolation, value, retry, priority);
    }

    /** After what it is tried again. In a transaction inside another one that of the outermost counts. */
    public TransactionOptions retry(Retry value) {
        return new TransactionOptions(isolation, readOnly, value, priority);
    }

    /** If several callers wait for a connection, those of a higher one are served first. */
    public TransactionOptions priority(Priority value) {
        return new TransactionOptions(isolation, readOnly, retry, value);
    }

    public Integer getIsolation() {
        return isolation;
    }

    public Boolean getReadOnly() {
        return readOnly;
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
                && retry.equals(o.retry)
                && priority == o.priority;
    }

    @Override
    public int hashCode() {
        return Objects.hash(isolation, readOnly, retry, priority);
    }

    @Override
    public String toString() {
        return "TransactionOptions(isolation=" + isolation + ", readOnly=" + readOnly + ", retry=" + retry
                + ", priority=" + priority + ")";
    }
}
