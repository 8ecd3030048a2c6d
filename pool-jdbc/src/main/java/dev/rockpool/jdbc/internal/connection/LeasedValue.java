package dev.rockpool.jdbc.internal.connection;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Wrapper;

/**
 * A value of a lease that may lead back to its connection: an array, a LOB, metadata. It works until the lease ends;
 * afterwards it never reaches the driver.
 *
 * @param <T> its JDBC interface
 */
abstract class LeasedValue<T> {
    /** The lease it belongs to. */
    final LeasedConnection connection;

    private final T driver;

    LeasedValue(LeasedConnection connection, T driver) {
        this.connection = connection;
        this.driver = driver;
    }

    /** The driver's object. */
    final T delegate() throws SQLException {
        if (connection.isGone()) throw Closed.handle(what());
        return driver;
    }

    final boolean isGone() {
        return connection.isGone();
    }

    private String what() {
        return getClass().getSimpleName().replace("Pooled", "");
    }

    final void ran() {
        connection.ran();
    }

    final void began() throws SQLException {
        connection.began();
    }

    final void ended() {
        connection.ended();
    }

    final SQLException failed(SQLException e) {
        return connection.failed(e);
    }

    final void threw(Throwable e) {
        connection.threw(e);
    }

    final void beganAsking() throws SQLException {
        connection.began();
    }

    final void endedAsking() {
        connection.ended();
    }

    final ResultSet wrap(ResultSet results) throws SQLException {
        return LeasedValues.wrap(connection, results);
    }

    final Object wrapAny(Object value) throws SQLException {
        return LeasedValues.of(connection, value);
    }

    final <W> W unwrapTo(Class<W> type) throws SQLException {
        if (Unwrap.is(this, type)) return type.cast(this);
        Wrapper to = (Wrapper) delegate();
        connection.unwrapped();
        return Unwrap.to(type, to);
    }

    final boolean wraps(Class<?> type) throws SQLException {
        return Unwrap.reaches(this, type, () -> (Wrapper) delegate());
    }

    @Override
    public final String toString() {
        return isGone() ? "closed " + what() : driver.toString();
    }
}
