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
 * What a user may change of a session, and the pool sets back; in the order in which that is done. The methods here are JDBC's;
 * {@link StateAccess} knows better ones of some vendors.
 */
enum SessionAttribute {
    AUTO_COMMIT(Connection::getAutoCommit, (c, value) -> c.setAutoCommit((Boolean) value)),
    READ_ONLY(Connection::isReadOnly, (c, value) -> c.setReadOnly((Boolean) value)),
    ISOLATION(Connection::getTransactionIsolation, (c, value) -> c.setTransactionIsolation((Integer) value)),
    ROLE(SessionAttribute::unknown, (c, value) -> unknown(c)),
    CATALOG(Connection::getCatalog, (c, value) -> c.setCatalog((String) value)),
    SCHEMA(Connection::getSchema, (c, value) -> c.setSchema((String) value)),
    NETWORK_TIMEOUT(Connection::getNetworkTimeout, (c, value) -> c.setNetworkTimeout(Runnable::run, (Integer) value)),
    HOLDABILITY(Connection::getHoldability, (c, value) -> c.setHoldability((Integer) value)),
    TYPE_MAP(SessionAttribute::typeMapOf, SessionAttribute::setTypeMap),
    TRANSACTIONS(SessionAttribute::transactionsOf, SessionAttribute::setTransactions),
    CLIENT_INFO(SessionAttribute::clientInfoOf, SessionAttribute::setClientInfo),
    QUERY_TIMEOUT(SessionAttribute::unknown, (c, value) -> unknown(c));

    /** Asks the driver. */
    interface Reader {
        Object read(Connection driver) throws SQLException;
    }

    /** Tells the driver. */
    interface Writer {
        void write(Connection driver, Object value) throws SQLException;
    }

    private final Reader reader;
    private final Writer writer;

    SessionAttribute(Reader reader, Writer writer) {
        this.reader = reader;
        this.writer = writer;
    }

    Object read(Connection driver) throws SQLException {
        return reader.read(driver);
    }

    void write(Connection driver, Object value) throws SQLException {
        writer.write(driver, value);
    }

    /** The mark in {@link PhysicalConnection} that says it was changed. */
    int mark() {
        return PhysicalConnection.FIRST_ATTRIBUTE << ordinal();
    }

    /** Whether drivers read and write it by a statement, which belongs to the transaction and is rolled back with it. */
    boolean isTransactional() {
        return isName();
    }

    /** Whether it decides what the names in a statement mean, so that a prepared statement is bound to it. */
    boolean isName() {
        return this == ROLE || this == CATALOG || this == SCHEMA;
    }

    /** What a text sets for all transactions: isolation level and mode. */
    private static Object transactionsOf(Connection driver) throws SQLException {
        return List.of(driver.getTransactionIsolation(), driver.isReadOnly());
    }

    private static void setTransactions(Connection driver, Object value) throws SQLException {
        List<?> both = (List<?>) value;
        driver.setTransactionIsolation((Integer) both.get(0));
        driver.setReadOnly((Boolean) both.get(1));
    }

    private static Object unknown(Connection driver) throws SQLException {
        throw new SQLFeatureNotSupportedException("JDBC cannot ask for this");
    }

    /** A copy: the driver's own may be the very map that its user is going to change. */
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

    /** Some drivers add these to what is there, so the others are taken away first, one by one. */
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

    /** To some drivers nothing is an empty text. */
    private static boolean isSame(Properties one, Properties other) {
        Set<String> names = new HashSet<>(one.stringPropertyNames());
        names.addAll(other.stringPropertyNames());
        return names.stream().allMatch(name -> one.getProperty(name, "").equals(other.getProperty(name, "")));
    }
}
