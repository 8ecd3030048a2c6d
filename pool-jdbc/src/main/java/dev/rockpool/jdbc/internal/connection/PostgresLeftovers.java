package dev.rockpool.jdbc.internal.connection;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** PostgreSQL says with each answer whether a transaction is open, and its own driver keeps that. */
final class PostgresLeftovers extends Leftovers {
    private final PgDriver known;

    /** Statements of initSql that subscribe: each user shall find that so. */
    private final List<String> own;

    /** Notifications say that the user has subscribed: nothing else can have, where only statements set connections up. */
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
        boolean notified = known.dropNotifications(); // perhaps by a subscription that no text told of
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
