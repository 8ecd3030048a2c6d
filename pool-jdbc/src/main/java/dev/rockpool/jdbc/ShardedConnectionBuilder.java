package dev.rockpool.jdbc;

import dev.rockpool.jdbc.internal.cluster.ShardKey;
import java.sql.Connection;
import java.sql.ConnectionBuilder;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.ShardingKey;

/** Builds a connection of the shard of a key. Not thread-safe. */
final class ShardedConnectionBuilder implements ConnectionBuilder {
    private final ShardedDataSource source;
    private ShardingKey key;
    private boolean hasSuperKey;
    private boolean hasUser;

    ShardedConnectionBuilder(ShardedDataSource source) {
        this.source = source;
    }

    @Override
    public ConnectionBuilder user(String username) {
        hasUser |= username != null;
        return this;
    }

    @Override
    public ConnectionBuilder password(String password) {
        hasUser |= password != null;
        return this;
    }

    @Override
    public ConnectionBuilder shardingKey(ShardingKey shardingKey) {
        key = shardingKey;
        return this;
    }

    @Override
    public ConnectionBuilder superShardingKey(ShardingKey superShardingKey) {
        hasSuperKey = superShardingKey != null;
        return this;
    }

    @Override
    public Connection build() throws SQLException {
        if (hasUser) throw new SQLFeatureNotSupportedException("each shard has its own user and password");
        if (hasSuperKey)
            throw new SQLFeatureNotSupportedException("there are no super keys; use a key of several parts");
        if (key == null) throw source.noKey();
        if (!(key instanceof ShardKey))
            throw new SQLFeatureNotSupportedException("the key is a "
                    + key.getClass().getName() + " but must be made by createShardingKeyBuilder of this data source");
        return source.getConnection(key);
    }
}
