package dev.rockpool.jdbc.internal.connection;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;

/** The metadata of a leased connection. */
final class PooledDatabaseMetaData extends DatabaseMetaDataForwards {
    private final LeasedConnection connection;
    private final DatabaseMetaData driver;

    PooledDatabaseMetaData(LeasedConnection connection, DatabaseMetaData driver) {
        this.connection = connection;
        this.driver = driver;
    }

    @Override
    DatabaseMetaData delegate() throws SQLException {
        connection.checkOpen();
        return driver;
    }

    @Override
    void ran() {
        connection.ran();
    }

    @Override
    void began() throws SQLException {
        connection.began();
    }

    @Override
    void ended() {
        connection.ended();
    }

    @Override
    SQLException failed(SQLException e) {
        return connection.failed(e);
    }

    @Override
    void threw(Throwable e) {
        connection.threw(e);
    }

    /** It has no statement of ours, so the lease closes it. */
    @Override
    ResultSet wrap(ResultSet results) throws SQLException {
        return results == null ? null : connection.track(new PooledResultSet(connection, null, results));
    }

    @Override
    public Connection getConnection() throws SQLException {
        connection.checkOpen();
        return connection;
    }

    @Override
    public int getDriverMajorVersion() {
        return driver.getDriverMajorVersion();
    }

    @Override
    public int getDriverMinorVersion() {
        return driver.getDriverMinorVersion();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (Unwrap.is(this, type)) return type.cast(this);
        DatabaseMetaData to = delegate();
        connection.unwrapped();
        return Unwrap.to(type, to);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return Unwrap.reaches(this, type, this::delegate);
    }
}
