package dev.rockpool.jdbc.internal.connection;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A result set of a lease. */
final class PooledResultSet extends ResultSetForwards {
    private final PooledStatement statement;
    private final ResultSet driver;

    /** @param statement its statement; null for a result of metadata, whose statement belongs to the driver */
    PooledResultSet(LeasedConnection connection, PooledStatement statement, ResultSet driver) {
        super(connection);
        this.statement = statement;
        this.driver = driver;
    }

    /** Whether it wraps this result set of the driver and is open. */
    boolean wraps(ResultSet results) {
        return driver == results && !isTakenOut();
    }

    @Override
    ResultSet delegate() throws SQLException {
        checkOpen("ResultSet");
        if (statement != null) statement.checkOpen("ResultSet");
        return driver;
    }

    @Override
    void closeDriver() throws SQLException {
        driver.close();
    }

    @Override
    boolean isGone() {
        return super.isGone() || statement != null && statement.isGone();
    }

    @Override
    public void close() throws SQLException {
        if (statement != null && statement.isGone()) return;
        closeOnce();
        if (statement != null) statement.resultSetClosed();
    }

    @Override
    public boolean isClosed() throws SQLException {
        return isGone() || driver.isClosed();
    }

    @Override
    public Statement getStatement() throws SQLException {
        delegate();
        return statement;
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (Unwrap.is(this, type)) return type.cast(this);
        ResultSet to = delegate();
        connection.unwrapped();
        return Unwrap.to(type, to);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return Unwrap.reaches(this, type, this::delegate);
    }

    /** A cursor in a column has no statement that closes it: the lease does. */
    @Override
    Object wrapAny(Object value) throws SQLException {
        return value instanceof ResultSet results
                ? connection.track(new PooledResultSet(connection, statement, results))
                : LeasedValues.of(connection, value);
    }

    @Override
    <T> T wrapAs(Class<T> type, T value) throws SQLException {
        return type == ResultSet.class ? type.cast(wrapAny(value)) : LeasedValues.as(connection, type, value);
    }

    @Override
    public String toString() {
        return isGone() ? "closed result set" : driver.toString();
    }
}
