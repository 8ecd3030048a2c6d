package dev.rockpool.jdbc.internal.connection;

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

    /** Counts the times at which names may have changed their meaning. A statement is kept only in the era in which it was prepared. */
    private int era;

    private boolean paused;

    StatementCache(int size) {
        this.size = size;
    }

    /** One that was asked for in the same way; null when there is none. */
    synchronized PreparedStatement take(StatementKey key) {
        return paused ? null : idle.remove(key);
    }

    /** To be asked before a statement is prepared. */
    synchronized int era() {
        return era;
    }

    /**
     * Keeps one that works as it did when it was made.
     *
     * @param prepared the era in which that was
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

    /** Closes all, now or when their users do: names no longer mean what they were prepared for. */
    void renew() throws SQLException {
        renew(paused);
    }

    /** The same, and keeps none until {@link #resume}: nobody knows when names change their meaning. */
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
