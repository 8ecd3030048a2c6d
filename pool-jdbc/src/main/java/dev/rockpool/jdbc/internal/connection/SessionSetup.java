package dev.rockpool.jdbc.internal.connection;

import dev.rockpool.jdbc.ConnectionCustomizer;
import dev.rockpool.jdbc.JdbcConfig;
import dev.rockpool.jdbc.internal.errors.FatalErrors;
import dev.rockpool.jdbc.internal.errors.RefusedException;
import dev.rockpool.jdbc.internal.errors.Secrets;
import dev.rockpool.jdbc.internal.vendor.Vendor;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Sets up new connections as configured, and resets returned ones. */
public final class SessionSetup {
    private interface Step {
        void run() throws Exception;
    }

    private final JdbcConfig config;
    private final Vendor vendor;
    private final FatalErrors fatalErrors;

    SessionSetup(JdbcConfig config, Vendor vendor, FatalErrors fatalErrors) {
        this.config = config;
        this.vendor = vendor;
        this.fatalErrors = fatalErrors;
    }

    List<String> initSql() {
        return config.getInitSql();
    }

    List<String> resetSql() {
        return config.getResetSql();
    }

    /** Whether user code, besides statements, sets up connections. */
    boolean runsCode() {
        return config.getCustomizer() != null || config.getHooks() != null;
    }

    /** Sets up a new connection. Autocommit comes last, so that nothing before it opens a transaction. */
    public void setUp(Connection driver) throws Exception {
        prepareSession(driver);
        if (config.getHooks() != null) config.getHooks().afterOpen(driver);
        if (!driver.getAutoCommit()) driver.commit();
        Boolean autoCommit = config.getAutoCommit();
        if (autoCommit != null && driver.getAutoCommit() != autoCommit)
            give("autoCommit", autoCommit, () -> driver.setAutoCommit(autoCommit));
    }

    /**
     * Runs the configured reset of a returned connection, after its changes were undone.
     *
     * @param ran whether any statement ran
     * @param autoCommit the current mode
     * @return whether the reset did anything
     */
    boolean reset(Connection driver, boolean ran, boolean autoCommit) throws Exception {
        boolean resets = ran && !config.getResetSql().isEmpty();
        if (resets) {
            if (!autoCommit) driver.setAutoCommit(true); // such statements may not run in a transaction
            run(driver, "resetSql", config.getResetSql());
            prepareSession(driver); // such statements undo the setup
            if (!autoCommit) driver.setAutoCommit(false);
        }
        if (config.getHooks() == null) return resets;
        config.getHooks().afterReturn(driver);
        if (!autoCommit) driver.rollback();
        return true;
    }

    private void prepareSession(Connection driver) throws Exception {
        setAttributes(driver);
        run(driver, "initSql", config.getInitSql());
        ConnectionCustomizer customizer = config.getCustomizer();
        if (customizer != null) give("customizer", null, () -> customizer.customize(driver));
    }

    private void setAttributes(Connection driver) throws Exception {
        Boolean readOnly = config.getReadOnly();
        if (readOnly != null) give("readOnly", readOnly, () -> driver.setReadOnly(readOnly));
        Integer isolation = config.getTransactionIsolation();
        if (isolation != null) give("transactionIsolation", isolation, () -> driver.setTransactionIsolation(isolation));
        String catalog = config.getCatalog();
        if (catalog != null) give("catalog", catalog, () -> driver.setCatalog(catalog));
        String schema = config.getSchema();
        if (schema != null) give("schema", schema, () -> driver.setSchema(schema));
    }

    private void run(Connection driver, String property, List<String> sql) throws Exception {
        if (sql.isEmpty()) return;
        try (Statement statement = driver.createStatement()) {
            for (String text : sql) give(property, Secrets.maskSql(text), () -> run(statement, text));
        }
    }

    /** SQLite's driver runs all statements of a text only in {@code executeUpdate}. */
    private void run(Statement statement, String text) throws SQLException {
        if (vendor == Vendor.SQLITE) statement.executeUpdate(text);
        else statement.execute(text);
    }

    /** Adds the name of the setting to a rejection. A lost connection says nothing about the setting. */
    private void give(String property, Object value, Step set) throws Exception {
        try {
            set.run();
        } catch (SQLException e) {
            throw fatalErrors.isFatal(e) ? e : new RefusedException(property, value, e);
        }
    }
}
