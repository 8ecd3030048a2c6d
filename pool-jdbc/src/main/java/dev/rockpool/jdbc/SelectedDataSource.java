package dev.rockpool.jdbc;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** The connections of one part of a data source, such as one target of a cluster or the shard of one key. */
final class SelectedDataSource implements DataSource {
    /** Leases a connection of the part. */
    interface Part {
        Connection lease() throws SQLException;
    }

    private final DataSource whole;
    private final Part part;
    private final String name;

    /** @param name names the part in {@link #toString} */
    SelectedDataSource(DataSource whole, Part part, String name) {
        this.whole = whole;
        this.part = part;
        this.name = name;
    }

    @Override
    public Connection getConnection() throws SQLException {
        return part.lease();
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        return whole.getConnection(username, password);
    }

    @Override
    public PrintWriter getLogWriter() throws SQLException {
        return whole.getLogWriter();
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        whole.setLogWriter(out);
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        whole.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return whole.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        return whole.getParentLogger();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return type.isInstance(this) ? type.cast(this) : whole.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return type.isInstance(this) || whole.isWrapperFor(type);
    }

    @Override
    public String toString() {
        return name + " of " + whole;
    }
}
