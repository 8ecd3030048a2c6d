package dev.rockpool.jdbc.internal.connection;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** PostgreSQL reports with each result whether a transaction is open, and its driver remembers that. */
final class PostgresLeftovers extends Leftovers {
    private final PgDriver known;

    /** Statements of initSql that subscribe. Every user gets these subscriptions. */
    private final List<String> own;

    /**
     * Whether a notification shows that the user has subscribed. It does if connections are set up only by statements.
     */
    private final boolean notificationsTell;

    private volatile boolean listens;
    private volatile boolean locks;

    /** Whether initSql takes such a lock. Then it is the pool's, and stays. */
    private final boolean locksItself;

    private PostgresLeftovers(
            Connection driver, PgDriver known, List<String> own, boolean notificationsTell, boolean locksItself) {
        super(driver);
        this.known = known;
        this.own = own;
        this.notificationsTell = notificationsTell;
        this.locksItself = locksItself;
    }

    static Leftovers of(Connection driver, ConnectionPolicy policy) {
        PgDriver known = PgDriver.behind(driver);
        if (known == null) return TextLeftovers.standard(driver);
        List<String> own = policy.setup().initSql().stream()
                .filter(sql -> SqlTexts.any(sql, SqlTexts::listens))
                .toList();
        boolean locksItself = policy.setup().initSql().stream().anyMatch(PostgresLeftovers::locks);
        return new PostgresLeftovers(
                driver, known, own, own.isEmpty() && !policy.setup().runsCode(), locksItself);
    }

    @Override
    boolean looksAtTexts() {
        return true;
    }

    @Override
    boolean sees(String sql) {
        if (!listens && SqlTexts.any(sql, SqlTexts::listens)) listens = true;
        if (!locks && !locksItself && locks(sql)) locks = true;
        return listens || locks;
    }

    /** Whether a text takes an advisory lock of the session. Those of a transaction have other names. */
    private static boolean locks(String sql) {
        return sql.contains("advisory_lock") || sql.contains("ADVISORY_LOCK");
    }

    @Override
    void endTransaction(String end, boolean autoCommit, boolean failed) throws SQLException {
        if (known.isInTransaction()) run(end);
    }

    @Override
    void endSubscriptions() throws SQLException {
        if (locks) unlock();
        boolean notified = known.dropNotifications(); // possibly from a subscription that no SQL text showed
        if (!listens && !(notified && notificationsTell)) return;
        run("unlisten *");
        known.dropNotifications();
        for (String sql : own) run(sql);
        if (!driver.getAutoCommit()) driver.commit();
        listens = false;
    }

    private void unlock() throws SQLException {
        run("select pg_advisory_unlock_all()");
        if (!driver.getAutoCommit()) driver.commit();
        locks = false;
    }

    @Override
    boolean isOccupied() throws SQLException {
        return known.isInCopy();
    }

    @Override
    boolean hasFailedTransaction() throws SQLException {
        return known.hasFailed();
    }
}
