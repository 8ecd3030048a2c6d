package dev.rockpool.jdbc.internal.batch;

import dev.rockpool.jdbc.SqlFunctions;
import dev.rockpool.jdbc.internal.connection.PooledConnection;
import dev.rockpool.jdbc.internal.errors.TransactionErrors;
import dev.rockpool.jdbc.internal.vendor.Vendor;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs updates. Several are sent as one JDBC batch in one transaction. If it fails, it is rolled back, and they run one
 * by one, each in its own transaction.
 *
 * <p><b>No update runs twice.</b> After a rollback none has run. If that is not certain, all of them fail with an error
 * that says so, and none is run again.
 */
public final class UpdateWork<A> implements BatchWork<A, Integer> {
    /** MySQL's warning after a rollback that could not undo everything, because of tables without transactions. */
    private static final int NOT_UNDONE = 1196;

    private final BatchSql sql;
    private final SqlFunctions.Bind<? super A> bind;
    private final TransactionErrors errors;

    /** @param pool the name of the pool, for errors */
    public UpdateWork(BatchSql sql, SqlFunctions.Bind<? super A> bind, String pool) {
        this.sql = sql;
        this.bind = bind;
        this.errors = new TransactionErrors(pool);
    }

    @Override
    public Integer runAlone(PooledConnection connection, A key) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql.text())) {
            bind.bind(Binding.alone(statement), key);
            boolean autoCommit = connection.getAutoCommit();
            int count = execute(connection, statement, autoCommit);
            if (!autoCommit) commit(connection);
            return count;
        }
    }

    /** With autocommit the update is committed in the same call, so a lost connection leaves its outcome unknown. */
    private int execute(PooledConnection connection, PreparedStatement statement, boolean autoCommit)
            throws SQLException {
        try {
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw autoCommit && connection.isLost() ? errors.unknownUpdate(e) : e;
        }
    }

    private void commit(PooledConnection connection) throws SQLException {
        try {
            connection.commit();
        } catch (SQLException e) {
            throw TransactionErrors.isAnswer(e, connection::isFatal) ? e : errors.unknownUpdate(e);
        }
    }

    @Override
    public boolean runTogether(PooledConnection connection, List<? extends BatchItem<A, Integer>> calls) {
        if (sql.kind() != BatchSql.Kind.CHANGE) {
            runEach(connection, calls);
            return false;
        }
        boolean autoCommit = true;
        List<BatchItem<A, Integer>> bound = new ArrayList<>(calls.size());
        int[] counts;
        try {
            autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(false);
            counts = execute(connection, calls, bound);
        } catch (SQLException | RuntimeException e) {
            if (undo(connection, autoCommit, calls, e)) runEach(connection, calls);
            return false;
        }
        try {
            connection.commit();
        } catch (SQLException e) {
            if (!TransactionErrors.isAnswer(e, connection::isFatal)) failAll(calls, e);
            else if (undo(connection, autoCommit, calls, e)) runEach(connection, calls);
            return false;
        }
        for (int i = 0; i < bound.size(); i++) bound.get(i).succeed(counts[i]);
        return true;
    }

    /** Returns the counts of the calls that could be bound. The others have failed. */
    private int[] execute(
            PooledConnection connection, List<? extends BatchItem<A, Integer>> calls, List<BatchItem<A, Integer>> bound)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql.text())) {
            PreparedStatement binding = Binding.alone(statement);
            for (BatchItem<A, Integer> call : calls) {
                try {
                    statement.clearParameters(); // otherwise those that it does not set are the previous call's
                    bind.bind(binding, call.key());
                } catch (Throwable e) { // of the user's function
                    call.fail(e);
                    continue;
                }
                statement.addBatch();
                bound.add(call);
            }
            return bound.isEmpty() ? new int[0] : statement.executeBatch();
        }
    }

    /**
     * Rolls the batch back. Returns whether its calls can run again on this connection. If it is lost, they have not
     * run, because the server commits nothing by itself.
     */
    private boolean undo(
            PooledConnection connection,
            boolean autoCommit,
            List<? extends BatchItem<A, Integer>> calls,
            Exception failure) {
        if (connection.isLost()) {
            if (connection.vendor() == Vendor.MYSQL) failAll(calls, failure); // not all tables have transactions
            return false;
        }
        try {
            connection.rollback();
            if (hasLeftSomething(connection)) failAll(calls, failure);
            connection.setAutoCommit(autoCommit);
            return true;
        } catch (SQLException e) { // then the pool closes the connection, which rolls back
            failure.addSuppressed(e);
            if (connection.vendor() == Vendor.MYSQL) failAll(calls, failure);
            return false;
        }
    }

    private static boolean hasLeftSomething(PooledConnection connection) throws SQLException {
        if (connection.vendor() != Vendor.MYSQL) return false;
        for (SQLWarning warning = connection.getWarnings(); warning != null; warning = warning.getNextWarning())
            if (warning.getErrorCode() == NOT_UNDONE) return true;
        return false;
    }

    private void failAll(List<? extends BatchItem<A, Integer>> calls, Exception failure) {
        for (BatchItem<A, Integer> call : calls) if (!call.isDone()) call.fail(errors.unknownUpdate(failure));
    }
}
