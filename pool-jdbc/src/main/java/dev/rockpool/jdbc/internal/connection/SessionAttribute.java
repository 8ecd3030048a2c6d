package dev.rockpool.jdbc.internal.connection;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/**
 * The session attributes that a user may change and the pool restores, in the order of restoring. The methods here use
 * JDBC; {@link StateAccess} has better ones for some vendors.
 */
enum SessionAttribute {
    AUTO_COMMIT,
    READ_ONLY,
    ISOLATION,
    ROLE,
    CATALOG,
    SCHEMA,
    NETWORK_TIMEOUT,
    HOLDABILITY,
    TYPE_MAP,
    TRANSACTIONS,
    CLIENT_INFO,
    QUERY_TIMEOUT;

    /** Reads the value from the driver. */
    Object read(Connection driver) throws SQLException {
        return switch (this) {
            case AUTO_COMMIT -> driver.getAutoCommit();
            case READ_ONLY -> driver.isReadOnly();
            case ISOLATION -> driver.getTransactionIsolation();
            case CATALOG -> driver.getCatalog();
            case SCHEMA -> driver.getSchema();
            case NETWORK_TIMEOUT -> driver.getNetworkTimeout();
            case HOLDABILITY -> driver.getHoldability();
            case TYPE_MAP -> typeMapOf(driver);
            case TRANSACTIONS -> transactionsOf(driver);
            case CLIENT_INFO -> clientInfoOf(driver);
            case ROLE, QUERY_TIMEOUT -> throw unknown();
        };
    }

    /** Sets the value in the driver. */
    void write(Connection driver, Object value) throws SQLException {
        switch (this) {
            case AUTO_COMMIT -> driver.setAutoCommit((Boolean) value);
            case READ_ONLY -> driver.setReadOnly((Boolean) value);
            case ISOLATION -> driver.setTransactionIsolation((Integer) value);
            case CATALOG -> driver.setCatalog((String) value);
            case SCHEMA -> driver.setSchema((String) value);
            case NETWORK_TIMEOUT -> driver.setNetworkTimeout(Runnable::run, (Integer) value);
            case HOLDABILITY -> driver.setHoldability((Integer) value);
            case TYPE_MAP -> setTypeMap(driver, value);
            case TRANSACTIONS -> setTransactions(driver, value);
            case CLIENT_INFO -> setClientInfo(driver, value);
            case ROLE, QUERY_TIMEOUT -> throw unknown();
        }
    }

    /** The mark in {@link PhysicalConnection} that means it was changed. */
    int mark() {
        return ConnectionMarks.FIRST_ATTRIBUTE << ordinal();
    }

    /** Whether drivers read and write it by a statement, which belongs to the transaction and is rolled back with it. */
    boolean isTransactional() {
        return isName();
    }

    /** Whether it determines the meaning of names in a statement, so that a prepared statement is bound to it. */
    boolean isName() {
        return this == ROLE || this == CATALOG || this == SCHEMA;
    }

    /** The values that SQL text sets for all transactions: isolation level and mode. */
    private static Object transactionsOf(Connection driver) throws SQLException {
        return List.of(driver.getTransactionIsolation(), driver.isReadOnly());
    }

    private static void setTransactions(Connection driver, Object value) throws SQLException {
        List<?> both = (List<?>) value;
        driver.setTransactionIsolation((Integer) both.get(0));
        driver.setReadOnly((Boolean) both.get(1));
    }

    private static SQLException unknown() {
        return new SQLFeatureNotSupportedException("JDBC cannot ask for this");
    }

    /** A copy, because the driver may return the very map that the user will change. */
    private static Object typeMapOf(Connection driver) throws SQLException {
        Map<String, Class<?>> map = driver.getTypeMap();
        return map == null ? null : new HashMap<>(map);
    }

    @SuppressWarnings("unchecked")
    private static void setTypeMap(Connection driver, Object value) throws SQLException {
        driver.setTypeMap(value == null ? null : new HashMap<>((Map<String, Class<?>>) value));
    }

    private static Object clientInfoOf(Connection driver) throws SQLException {
        Properties copy = new Properties();
        Properties info = driver.getClientInfo();
        if (info != null) copy.putAll(info);
        return copy;
    }

    /** Some drivers add these to the existing ones, so the others are removed first, one by one. */
    private static void setClientInfo(Connection driver, Object value) throws SQLException {
        Properties wanted = (Properties) value;
        try {
            for (Object name : ((Properties) clientInfoOf(driver)).keySet()) {
                if (!wanted.containsKey(name)) driver.setClientInfo((String) name, null);
            }
            driver.setClientInfo(wanted);
        } catch (NullPointerException e) { // MariaDB's
            throw new SQLException("the driver does not take client info away", e);
        }
        if (!isSame(wanted, (Properties) clientInfoOf(driver)))
            throw new SQLException("the driver does not set client info back");
    }

    /** Some drivers treat a missing value as an empty string. */
    private static boolean isSame(Properties one, Properties other) {
        Set<String> names = new HashSet<>(one.stringPropertyNames());
        names.addAll(other.stringPropertyNames());
        return names.stream().allMatch(name -> one.getProperty(name, "").equals(other.getProperty(name, "")));
    }
}
