package dev.rockpool.jdbc.internal;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Prepared statements of one connection that nobody uses at the moment; whoever uses one has taken it out. When there are too many, the one
 * that was used longest ago is closed. Thread-safe; no call of the driver is made under the lock.
 */
final class StatementCache {
    private final int size;
    private final Map<StatementKey, PreparedStatement> idle = new LinkedHashMap<>();

    StatementCache(int size) {
        this.size = size;
    }

    /** One that was asked for in the same way; null when there is none. */
    synchronized PreparedStatement take(StatementKey key) {
        return idle.remove(key);
    }

    /** Keeps one that works as it did when it was made. */
    void put(StatementKey key, PreparedStatement statement) throws SQLException {
        PreparedStatement surplus = keep(key, statement);
        if (surplus != null) surplus.close();
    }

    private synchronized PreparedStatement keep(StatementKey key, PreparedStatement statement) {
        PreparedStatement twin = idle.put(key, statement);
        if (twin != null || idle.size() <= size) return twin;
        return idle.remove(idle.keySet().iterator().next());
    }

    /** Closes all: what they were prepared for is no more what it was. */
    void clear() throws SQLException {
        for (PreparedStatement statement : takeAll()) statement.close();
    }

    private synchronized List<PreparedStatement> takeAll() {
        List<PreparedStatement> all = new ArrayList<>(idle.values());
        idle.clear();
        return all;
    }
}
