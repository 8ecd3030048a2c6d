package dev.rockpool.jdbc.internal.connection;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The unused prepared statements of one connection. A statement in use is not in the cache. If there are too many, the
 * least recently used one is closed. Thread-safe; the driver is never called under the lock.
 */
final class StatementCache {
    private final int size;
    private final Map<StatementKey, PreparedStatement> idle = new LinkedHashMap<>();

    /**
     * Counts the possible changes of the meaning of names. A statement is kept only in the era in which it was
     * prepared.
     */
    private int era;

    private boolean paused;

    StatementCache(int size) {
        this.size = size;
    }

    /** Takes a statement that was prepared with the same key; null if there is none. */
    synchronized PreparedStatement take(StatementKey key) {
        return paused ? null : idle.remove(key);
    }

    /** The current era. Read before a statement is prepared. */
    synchronized int era() {
        return era;
    }

    /**
     * Puts back a statement that is in its initial state.
     *
     * @param prepared the era in which it was prepared
     */
    void put(StatementKey key, PreparedStatement statement, int prepared) throws SQLException {
        PreparedStatement surplus = keep(key, statement, prepared);
        if (surplus != null) surplus.close();
    }

    private synchronized PreparedStatement keep(StatementKey key, PreparedStatement statement, int prepared) {
        if (paused || prepared != era) return statement;
        PreparedStatement twin = idle.put(key, statement);
        if (twin != null || idle.size() <= size) return twin;
        return idle.remove(idle.keySet().iterator().next());
    }

    /** Closes all statements, now or when their users do, because names no longer mean what they were prepared for. */
    void renew() throws SQLException {
        renew(paused);
    }

    /** The same, and keeps no statement until {@link #resume}, because names may change their meaning at any time. */
    void pause() throws SQLException {
        renew(true);
    }

    void resume() throws SQLException {
        renew(false);
    }

    private void renew(boolean pause) throws SQLException {
        for (PreparedStatement statement : takeAll(pause)) statement.close();
    }

    private synchronized List<PreparedStatement> takeAll(boolean pause) {
        era++;
        paused = pause;
        List<PreparedStatement> all = new ArrayList<>(idle.values());
        idle.clear();
        return all;
    }
}
