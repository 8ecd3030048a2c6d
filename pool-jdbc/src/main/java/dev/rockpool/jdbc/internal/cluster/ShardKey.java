package dev.rockpool.jdbc.internal.cluster;

import dev.rockpool.ShardMap;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.sql.SQLType;
import java.sql.ShardingKey;
import java.sql.ShardingKeyBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * A sharding key of JDBC 4.3. A key of several parts is the same as the list of them.
 *
 * @param bucket the bucket of its parts
 */
public record ShardKey(int bucket) implements ShardingKey {
    /** SQL's state for an argument that is not allowed. */
    private static final String INVALID = "22023";

    /** The bucket of any key. */
    public static int bucketOf(Object key) throws SQLException {
        if (key instanceof ShardKey given) return given.bucket;
        try {
            return ShardMap.bucketOf(key);
        } catch (IllegalArgumentException e) {
            throw new SQLNonTransientException(e.getMessage(), INVALID, e);
        }
    }

    /** Collects the parts of a key. Their SQL types make no difference, because the values have a type. */
    public static final class Builder implements ShardingKeyBuilder {
        private final List<Object> parts = new ArrayList<>();

        @Override
        public Builder subkey(Object part, SQLType type) {
            parts.add(part);
            return this;
        }

        @Override
        public ShardingKey build() throws SQLException {
            return new ShardKey(bucketOf(parts));
        }
    }
}
