package dev.rockpool.jdbc;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** The connections of one target of a cluster. */
final class TargetDataSource implements DataSource {
    private final ClusterDataSource cluster;
    private final Target target;

    TargetDataSource(ClusterDataSource cluster, Target target) {
        this.cluster = cluster;
        this.target = target;
    }

    @Override
    public Connection getConnection() throws SQLException {
        return cluster.getConnection(target);
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        return cluster.getConnection(username, password);
    }

    @Override
    public PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter out) {
        // the cluster has its own log
    }

    @Override
    public void setLoginTimeout(int seconds) {
        // acquireTimeout is the limit
    }

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        return cluster.getParentLogger();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return type.isInstance(this) ? type.cast(this) : cluster.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this) || cluster.isWrapperFor(type);
    }

    @Override
    public String toString() {
        return target + " of " + cluster;
    }
}
