package dev.rockpool.jdbc.internal.connection;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A prepared statement that returns to the cache of its connection when it is closed, unless it failed or its settings
 * were changed.
 */
final class CachedStatement extends PooledPreparedStatement {
    /** PostgreSQL: the plan or the statement no longer exists. */
    private static final Set<String> OUTDATED = Set.of("0A000", "26000");

    /** MySQL: the statement must be prepared again; SQLite: the schema has changed. */
    private static final Set<Integer> OUTDATED_CODES = Set.of(1615, 17);

    /** A statement with more results is not worth caching. */
    private static final int MOST_RESULTS = 16;

    private final StatementCache cache;
    private final StatementKey key;
    private final int era;
    private final List<ResultSet> results = new ArrayList<>(1);
    private volatile boolean spent;

    /** @param era the era of the cache when the statement was prepared or taken from it */
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

    /** Closes a result set that the statement produced but its user never fetched. */
    private void closeUnseen() throws SQLException {
        ResultSet unseen = driver.getResultSet();
        if (unseen != null) unseen.close();
    }

    /** Resets the statement to its initial state, as closing it would. */
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
