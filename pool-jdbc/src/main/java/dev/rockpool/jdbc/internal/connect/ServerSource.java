package dev.rockpool.jdbc.internal.connect;

import dev.rockpool.jdbc.internal.postgres.TrafficSockets;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** A data source of Rockpool itself that chooses the server of each connection. Thread-safe. */
public abstract class ServerSource implements DataSource {
    /**
     * Connects. Blocks.
     *
     * @param watch sees the socket
     */
    public abstract Connection connect(TrafficSockets.Watch watch) throws SQLException;

    @Override
    public final Connection getConnection() throws SQLException {
        try (TrafficSockets.Watch watch = new TrafficSockets.Watch()) {
            return connect(watch);
        }
    }

    @Override
    public final Connection getConnection(String username, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("the login is part of the settings");
    }

    @Override
    public final PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public final void setLogWriter(PrintWriter out) {
        // it logs nothing
    }

    @Override
    public final void setLoginTimeout(int seconds) {
        // the pool has its own
    }

    @Override
    public final int getLoginTimeout() {
        return 0;
    }

    @Override
    public final Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("it does not use java.util.logging");
    }

    @Override
    public final <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) return type.cast(this);
        throw new SQLException("this is no " + type.getName());
    }

    @Override
    public final boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this);
    }
}
