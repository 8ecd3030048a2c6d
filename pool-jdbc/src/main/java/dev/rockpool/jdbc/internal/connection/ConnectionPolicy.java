package dev.rockpool.jdbc.internal.connection;

import dev.rockpool.BlockingConnectionHooks;
import dev.rockpool.BlockingPreparer;
import dev.rockpool.internal.base.PoolLogKt;
import dev.rockpool.jdbc.JdbcConfig;
import dev.rockpool.jdbc.internal.errors.FatalErrors;
import dev.rockpool.jdbc.internal.errors.RefusedSettings;
import dev.rockpool.jdbc.internal.vendor.Vendor;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What the connections of one pool share: how errors are judged, and how connections are probed and prepared for the
 * next user.
 */
public final class ConnectionPolicy {
    /** With this property MySQL's driver caches prepared statements itself. */
    private static final String CACHES = "cacheprepstmts=true";

    /** With this property the drivers of MySQL and MariaDB accept several queries in one statement. */
    private static final String JOINS = "allowmultiqueries=true";

    private final JdbcConfig config;
    private final Vendor vendor;
    private final FatalErrors fatalErrors;
    private final StatementSettings statements;
    private final ReturnWatch returns;
    private final SessionSetup setup;
    private final boolean driverMayCache;
    private final boolean driverJoinsQueries;
    private final AtomicBoolean lacksIsValid = new AtomicBoolean();
    private final AtomicBoolean queryRefused = new AtomicBoolean();

    /**
     * @param properties the driver's properties
     * @param returns bounds the returns of the connections; null for no bound
     */
    public ConnectionPolicy(JdbcConfig config, Map<String, String> properties, Vendor vendor, ReturnWatch returns) {
        this.config = config;
        this.vendor = vendor;
        this.returns = returns;
        this.fatalErrors = new FatalErrors(vendor, config.getFatalErrors());
        this.statements = StatementSettings.of(config);
        this.setup = new SessionSetup(config, vendor, fatalErrors);
        this.driverMayCache = config.getDataSource() != null || has(config, properties, CACHES);
        this.driverJoinsQueries = vendor == Vendor.MYSQL && has(config, properties, JOINS);
    }

    /** Whether the driver has this property, by the URL or otherwise. */
    private static boolean has(JdbcConfig config, Map<String, String> properties, String wanted) {
        if (config.getUrl() != null && config.getUrl().toLowerCase(Locale.ROOT).contains(wanted)) return true;
        for (Map.Entry<String, String> property : properties.entrySet()) {
            if (property.toString().toLowerCase(Locale.ROOT).equals(wanted)) return true;
        }
        return false;
    }

    Vendor vendor() {
        return vendor;
    }

    StatementSettings statements() {
        return statements;
    }

    ReturnWatch returns() {
        return returns;
    }

    /** Sets up new connections, and resets returned ones. */
    public SessionSetup setup() {
        return setup;
    }

    /** The hooks of the user; null for none. */
    BlockingConnectionHooks<Connection> hooks() {
        return config.getHooks();
    }

    /** Prepares connections for tags; null for none. */
    BlockingPreparer<Connection> preparer() {
        return config.getPreparer();
    }

    /** Whether the driver may cache prepared statements itself. */
    boolean driverMayCache() {
        return driverMayCache;
    }

    /** Whether the driver accepts several queries in one statement, by one of its properties. */
    boolean driverJoinsQueries() {
        return driverJoinsQueries;
    }

    boolean isFatal(SQLException error) {
        return fatalErrors.isFatal(error);
    }

    /** Whether the pool may keep this connection. An error means that it may not. */
    public boolean isAlive(Connection driver, int seconds) throws SQLException {
        String query = config.getTestQuery();
        if (query == null) return isValid(driver, seconds);
        try {
            return answers(driver, query);
        } catch (SQLException e) {
            warnIfRefused(query, e);
            throw e;
        }
    }

    /** A query that the server refuses says nothing about the connection, but every probe closes one. */
    private void warnIfRefused(String query, SQLException error) {
        boolean refused = error.getSQLState() != null && !isFatal(error) && RefusedSettings.isFinal(error, vendor);
        if (refused && queryRefused.compareAndSet(false, true))
            PoolLogKt.logWarn(
                    null,
                    () -> "pool '" + config.getPool().getName() + "': testQuery '" + query
                            + "' is refused, so each probe closes a connection: " + error.getMessage()
                            + ". Correct it, or leave it out.");
    }

    /** Calls {@code isValid}, or sends a query if the driver does not have it. */
    boolean isValid(Connection driver, int seconds) throws SQLException {
        if (lacksIsValid.get()) return answers(driver, query());
        try {
            return driver.isValid(seconds);
        } catch (SQLFeatureNotSupportedException | AbstractMethodError e) {
            return isValidByQuery(driver, e);
        }
    }

    private boolean isValidByQuery(Connection driver, Throwable why) throws SQLException {
        boolean answers = answers(driver, query());
        if (lacksIsValid.compareAndSet(false, true))
            PoolLogKt.logWarn(
                    null,
                    () -> "pool '" + config.getPool().getName()
                            + "': the driver cannot say whether a connection is valid (" + why + "); it is asked '"
                            + query() + "' instead. Set testQuery to ask something else.");
        return answers;
    }

    private String query() {
        return config.getTestQuery() == null ? vendor.probe() : config.getTestQuery();
    }

    private static boolean answers(Connection driver, String query) throws SQLException {
        try (Statement statement = driver.createStatement()) {
            statement.execute(query);
            return true;
        }
    }
}
