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

    private PostgresLeftovers(Connection driver, PgDriver known, List<String> own, boolean notificationsTell) {
        super(driver);
        this.known = known;
        this.own = own;
        this.notificationsTell = notificationsTell;
    }

    static Leftovers of(Connection driver, ConnectionPolicy policy) {
        PgDriver known = PgDriver.behind(driver);
        if (known == null) return TextLeftovers.standard(driver);
        List<String> own = policy.setup().initSql().stream()
                .filter(sql -> SqlTexts.any(sql, SqlTexts::listens))
                .toList();
        return new PostgresLeftovers(
                driver, known, own, own.isEmpty() && !policy.setup().runsCode());
    }

    @Override
    boolean looksAtTexts() {
        return true;
    }

    @Override
    boolean sees(String sql) {
        if (!listens && SqlTexts.any(sql, SqlTexts::listens)) listens = true;
        return listens;
    }

    @Override
    void endTransaction(String end, boolean autoCommit, boolean failed) throws SQLException {
        if (known.isInTransaction()) run(end);
    }

    @Override
    void endSubscriptions() throws SQLException {
        boolean notified = known.dropNotifications(); // possibly from a subscription that no SQL text showed
        if (!listens && !(notified && notificationsTell)) return;
        run("unlisten *");
        known.dropNotifications();
        for (String sql : own) run(sql);
        if (!driver.getAutoCommit()) driver.commit();
        listens = false;
    }

    @Override
    boolean hasFailedTransaction() throws SQLException {
        return known.hasFailed();
    }
}
