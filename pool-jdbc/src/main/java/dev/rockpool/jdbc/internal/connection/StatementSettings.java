package dev.rockpool.jdbc.internal.connection;

import dev.rockpool.internal.base.NanoMath;
import dev.rockpool.jdbc.JdbcConfig;
import dev.rockpool.jdbc.SlowStatement;
import dev.rockpool.jdbc.SlowStatementListener;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** The pool's settings for the statements of all its connections. Immutable. */
final class StatementSettings {
    private final String pool;
    private final int cacheSize;
    private final int timeoutSeconds;
    private final long slowNanos;
    private final SlowStatementListener listener;

    /**
     * @param cacheSize how many prepared statements each connection keeps; 0 for none
     * @param timeoutSeconds after which a statement is cancelled unless its user says otherwise; 0 for never
     * @param slowNanos how long a statement may take before it is reported; 0 for never, and then no clock is read
     * @param listener must not throw; null if {@code slowNanos} is 0
     */
    StatementSettings(String pool, int cacheSize, int timeoutSeconds, long slowNanos, SlowStatementListener listener) {
        this.pool = pool;
        this.cacheSize = cacheSize;
        this.timeoutSeconds = timeoutSeconds;
        this.slowNanos = slowNanos;
        this.listener = listener;
    }

    /** The settings of this configuration. */
    static StatementSettings of(JdbcConfig config) {
        Duration slow = config.getSlowStatementThreshold();
        return new StatementSettings(
                config.getPool().getName(),
                config.getStatementCacheSize(),
                seconds(config.getQueryTimeout()),
                slow == null ? 0 : NanoMath.nanos(slow),
                slow == null ? null : SlowStatements.guarded(config.getSlowStatementListener()));
    }

    /** Rounded up, and at most 24 days, because drivers count milliseconds in an {@code int}; 0 for never. */
    private static int seconds(Duration timeout) {
        if (timeout == null) return 0;
        long seconds = timeout.getNano() == 0 ? timeout.getSeconds() : timeout.getSeconds() + 1;
        return (int) Math.min(seconds, Integer.MAX_VALUE / 1000);
    }

    /** The cache of one connection; null for none. */
    StatementCache newCache() {
        return cacheSize == 0 ? null : new StatementCache(cacheSize);
    }

    /** Sets up a statement that the driver has just created. */
    void prepare(Statement driver) throws SQLException {
        if (timeoutSeconds == 0) return;
        try {
            driver.setQueryTimeout(timeoutSeconds);
        } catch (SQLException e) {
            driver.close();
            throw e;
        }
    }

    boolean isTimed() {
        return slowNanos != 0;
    }

    /** Records how long this SQL took; null for a batch. */
    void took(String sql, long nanos) {
        if (nanos < slowNanos) return;
        listener.slow(new SlowStatement(pool, sql == null ? "a batch" : sql, Duration.ofNanos(nanos)));
    }
}
