package dev.rockpool.jdbc.internal.cluster;

import dev.rockpool.internal.shard.ShardVisit;
import java.sql.Connection;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Executor;

/** A leased connection of a shard. A plan that moves its bucket waits until it is closed. */
public final class CountedConnection extends LazyForwards {
    private final Connection leased;
    private final ShardVisit visit;
    private final Set<CountedConnection> open;

    /** @param open the open ones of a pool, which this one joins until it is closed */
    public CountedConnection(Connection leased, ShardVisit visit, Set<CountedConnection> open) {
        this.leased = leased;
        this.visit = visit;
        this.open = open;
        open.add(this);
    }

    /** Ends it if its lease has ended in another way, such as by a pool that reclaims leaks. */
    public void sweep() {
        try {
            if (leased.isClosed()) end();
        } catch (SQLException e) {
            // looked at again later
        }
    }

    private void end() {
        open.remove(this);
        visit.end();
    }

    @Override
    Connection session() {
        return leased;
    }

    @Override
    public void close() throws SQLException {
        try {
            leased.close();
        } finally {
            end();
        }
    }

    @Override
    public void abort(Executor executor) throws SQLException {
        try {
            leased.abort(executor);
        } finally {
            end();
        }
    }

    @Override
    public boolean isClosed() throws SQLException {
        return leased.isClosed();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return type.isInstance(this) ? type.cast(this) : leased.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return type.isInstance(this) || leased.isWrapperFor(type);
    }

    @Override
    public void commit() throws SQLException {
        leased.commit();
    }

    @Override
    public void rollback() throws SQLException {
        leased.rollback();
    }

    @Override
    public boolean getAutoCommit() throws SQLException {
        return leased.getAutoCommit();
    }

    @Override
    public void setAutoCommit(boolean value) throws SQLException {
        leased.setAutoCommit(value);
    }

    @Override
    public boolean isReadOnly() throws SQLException {
        return leased.isReadOnly();
    }

    @Override
    public void setReadOnly(boolean value) throws SQLException {
        leased.setReadOnly(value);
    }

    @Override
    public void setTransactionIsolation(int level) throws SQLException {
        leased.setTransactionIsolation(level);
    }

    @Override
    public void setCatalog(String catalog) throws SQLException {
        leased.setCatalog(catalog);
    }

    @Override
    public void setSchema(String schema) throws SQLException {
        leased.setSchema(schema);
    }

    @Override
    public void setHoldability(int holdability) throws SQLException {
        leased.setHoldability(holdability);
    }

    @Override
    public void setTypeMap(Map<String, Class<?>> map) throws SQLException {
        leased.setTypeMap(map);
    }

    @Override
    public void setNetworkTimeout(Executor executor, int milliseconds) throws SQLException {
        leased.setNetworkTimeout(executor, milliseconds);
    }

    @Override
    public void setClientInfo(String name, String value) throws SQLClientInfoException {
        leased.setClientInfo(name, value);
    }

    @Override
    public void setClientInfo(Properties properties) throws SQLClientInfoException {
        leased.setClientInfo(properties);
    }

    @Override
    public SQLWarning getWarnings() throws SQLException {
        return leased.getWarnings();
    }

    @Override
    public void clearWarnings() throws SQLException {
        leased.clearWarnings();
    }

    @Override
    public void beginRequest() throws SQLException {
        leased.beginRequest();
    }

    @Override
    public void endRequest() throws SQLException {
        leased.endRequest();
    }

    @Override
    public String toString() {
        return leased.toString();
    }
}
