package dev.rockpool.jdbc.internal.cluster;

import dev.rockpool.internal.shard.ShardVisit;
import java.sql.Connection;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Executor;

/** A leased connection of a shard. A plan that moves its bucket waits until it is closed. */
public final class CountedConnection extends SessionForwards {
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
    public <T> T unwrap(Class<T> type) throws SQLException {
        return type.isInstance(this) ? type.cast(this) : leased.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return type.isInstance(this) || leased.isWrapperFor(type);
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
    public String toString() {
        return leased.toString();
    }
}
