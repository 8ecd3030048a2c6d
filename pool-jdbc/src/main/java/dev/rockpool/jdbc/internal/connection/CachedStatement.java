package dev.rockpool.jdbc.internal.connection;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A prepared statement that goes back to the cache of its connection when it is closed, unless it failed, or its user changed how it
 * works.
 */
final class CachedStatement extends PooledPreparedStatement {
    /** PostgreSQL: the plan, or the statement, is no longer there. */
    private static final Set<String> OUTDATED = Set.of("0A000", "26000");

    /** MySQL: it needs to be prepared again; SQLite: the schema has changed. */
    private static final Set<Integer> OUTDATED_CODES = Set.of(1615, 17);

    /** One that produced more than that is not worth keeping. */
    private static final int MOST_RESULTS = 16;

    private final StatementCache cache;
    private final StatementKey key;
    private final int era;
    private final List<ResultSet> results = new ArrayList<>(1);
    private volatile boolean spent;

    /**
     * @param era of the cache, when it was prepared or taken from there
     */
    CachedStatement(
            LeasedConnection connection, PreparedStatement driver, StatementCache cache, StatementKey key, int era) {
        super(connection, driver, key.sql());
        this.cache = cache;
        this.key = key;
        this.era = era;
    }

    @Override
    void changed() {
        super.changed();
        spent = true;
    }

    @Override
    SQLException failed(SQLException e) {
        spent = true;
        if (OUTDATED.contains(e.getSQLState()) || OUTDATED_CODES.contains(e.getErrorCode())) clearCache(e);
        return super.failed(e);
    }

    private void clearCache(SQLException reason) {
        try {
            cache.renew();
        } catch (SQLException e) {
            reason.addSuppressed(e);
        }
    }

    @Override
    ResultSet wrap(ResultSet found) throws SQLException {
        if (results.size() == MOST_RESULTS) spent = true;
        else if (found != null) results.add(found);
        return super.wrap(found);
    }

    /** Rows that it gave and nobody asked for. */
    private void closeUnseen() throws SQLException {
        ResultSet unseen = driver.getResultSet();
        if (unseen != null) unseen.close();
    }

    /** Makes it what it was when it was made, as closing it would. */
    @Override
    void closeDriver() throws SQLException {
        if (spent) {
            driver.close();
            return;
        }
        try {
            if (results.isEmpty() && connection.physical.keepsUnseenRows()) closeUnseen();
            for (ResultSet open : results) open.close();
            ((PreparedStatement) driver).clearParameters();
            driver.clearBatch();
            driver.clearWarnings();
        } catch (SQLException e) {
            driver.close();
            return;
        }
        cache.put(key, (PreparedStatement) driver, era);
    }
}
