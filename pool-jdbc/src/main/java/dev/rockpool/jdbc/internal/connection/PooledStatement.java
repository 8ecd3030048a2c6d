package dev.rockpool.jdbc.internal.connection;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A statement of a lease. Also has the parts that prepared and callable statements share. */
class PooledStatement extends StatementForwards {
    /** The driver's statement. */
    final Statement driver;

    private final String prepared;
    private volatile boolean closesOnCompletion;
    private boolean moved;

    /**
     * The latest result: a {@link PooledResultSet} or null; or a {@link Run} that holds it, if statements are timed.
     */
    private Object latest;

    /** @param prepared the SQL that it runs; null if each call specifies it */
    PooledStatement(LeasedConnection connection, Statement driver, String prepared) {
        super(connection);
        this.driver = driver;
        this.prepared = prepared;
    }

    @Override
    Statement delegate() throws SQLException {
        checkOpen("Statement");
        return driver;
    }

    @Override
    void closeDriver() throws SQLException {
        driver.close();
    }

    @Override
    final void cancelDriver() throws SQLException {
        driver.cancel();
    }

    @Override
    public final void close() throws SQLException {
        closeOnce();
    }

    @Override
    public final boolean isClosed() throws SQLException {
        return isGone() || driver.isClosed();
    }

    @Override
    public final Connection getConnection() throws SQLException {
        checkOpen("Statement");
        return connection;
    }

    @Override
    public final void closeOnCompletion() throws SQLException {
        checkOpen("Statement");
        changed();
        driver.closeOnCompletion();
        closesOnCompletion = true;
    }

    @Override
    public final void setQueryTimeout(int seconds) throws SQLException {
        Statement to = delegate();
        changed();
        try {
            connection.physical.state().setQueryTimeout(() -> to.setQueryTimeout(seconds));
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /**
     * Called when one of its result sets was closed. With {@link #closeOnCompletion} the driver may have closed the
     * statement, too.
     */
    final void resultSetClosed() throws SQLException {
        if (closesOnCompletion && isClosed()) close();
    }

    @Override
    public final <T> T unwrap(Class<T> type) throws SQLException {
        if (Unwrap.is(this, type)) return type.cast(this);
        Statement to = delegate();
        connection.unwrapped();
        changed();
        return Unwrap.to(type, to);
    }

    @Override
    public final boolean isWrapperFor(Class<?> type) throws SQLException {
        return Unwrap.reaches(this, type, this::delegate);
    }

    /** Returns the same object while it is open, because some drivers can only be asked once. */
    @Override
    public final ResultSet getResultSet() throws SQLException {
        Statement to = delegate();
        PooledResultSet given = latest();
        if (given != null && !moved && !given.isTakenOut()) return given;
        try {
            return wrap(to.getResultSet());
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** Generated keys are not results of the statement, so the latest result stays. */
    @Override
    public final ResultSet getGeneratedKeys() throws SQLException {
        Statement to = delegate();
        PooledResultSet given = latest();
        boolean before = moved;
        try {
            return wrap(to.getGeneratedKeys());
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            latest(given);
            moved = before;
        }
    }

    private PooledResultSet latest() {
        if (latest instanceof Run run) return run.results;
        return latest instanceof PooledResultSet results ? results : null;
    }

    /** The text of its latest run, until that has a result; null if it has, or did not run. Called from any thread. */
    final String running() {
        Object seen = latest;
        if (seen instanceof Run run) return run.results == null ? run.sql : null;
        return seen instanceof String sql ? sql : null;
    }

    private void latest(PooledResultSet results) {
        if (latest instanceof Run run) run.results = results;
        else latest = results;
    }

    /** The call may advance to the next result. */
    @Override
    void changed() {
        moved = true;
    }

    @Override
    final void sees(String sql) throws SQLException {
        try {
            connection.physical.sees(sql);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    final void began() throws SQLException {
        begins(prepared);
    }

    @Override
    final void began(String sql) throws SQLException {
        sees(sql);
        begins(sql);
    }

    /** Called before a call that runs nothing: the latest result stays. */
    final void beganAsking() throws SQLException {
        super.began();
    }

    final void endedAsking() {
        super.ended();
    }

    private void begins(String sql) throws SQLException {
        super.began();
        latest = connection.statements().isTimed() ? new Run(sql, System.nanoTime()) : sql;
    }

    @Override
    final void ended() {
        super.ended();
        StatementSettings settings = connection.statements();
        if (settings.isTimed() && latest instanceof Run run) settings.took(run.sql, System.nanoTime() - run.begunAt);
    }

    /** One timed run of the statement. */
    private static final class Run {
        final String sql;
        final long begunAt;
        PooledResultSet results;

        Run(String sql, long begunAt) {
            this.sql = sql;
            this.begunAt = begunAt;
        }
    }

    @Override
    ResultSet wrap(ResultSet results) throws SQLException {
        moved = false;
        PooledResultSet given = latest();
        if (given != null && given.wraps(results)) return given;
        given = results == null ? null : new PooledResultSet(connection, this, results);
        latest(given);
        return given;
    }

    /** A cursor that is handed out as a value has no statement that closes it: the lease does. */
    @Override
    final Object wrapAny(Object value) throws SQLException {
        return value instanceof ResultSet results
                ? connection.track(new PooledResultSet(connection, this, results))
                : LeasedValues.of(connection, value);
    }

    @Override
    final <T> T wrapAs(Class<T> type, T value) throws SQLException {
        return type == ResultSet.class ? type.cast(wrapAny(value)) : LeasedValues.as(connection, type, value);
    }

    @Override
    public final String toString() {
        return isGone() ? "closed statement" : driver.toString();
    }
}
