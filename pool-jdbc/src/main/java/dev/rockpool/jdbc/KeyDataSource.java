package dev.rockpool.jdbc;

import dev.rockpool.jdbc.internal.cluster.ShardKey;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** The connections of the shard of one key. */
final class KeyDataSource implements DataSource {
    private final ShardedDataSource shards;
    private final ShardKey key;

    KeyDataSource(ShardedDataSource shards, ShardKey key) {
        this.shards = shards;
        this.key = key;
    }

    @Override
    public Connection getConnection() throws SQLException {
        return shards.getConnection(key);
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        return shards.getConnection(username, password);
    }

    @Override
    public PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter out) {
        // the pools of the shards have log writers
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
        return shards.getParentLogger();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return type.isInstance(this) ? type.cast(this) : shards.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this) || shards.isWrapperFor(type);
    }

    @Override
    public String toString() {
        return "a key of " + shards;
    }
}
