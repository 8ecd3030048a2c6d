package dev.rockpool.jdbc;

import java.sql.SQLException;

/**
 * The functions for the work of {@link RockpoolDataSource#transaction}, besides its connection. The pool implements it.
 * {@link TransactionScope} is the same for coroutines.
 *
 * <p>It is valid until the work ends; later every function except {@link #attempt} throws
 * {@link IllegalStateException}. Only the thread that runs the work may use savepoints; any thread may add hooks.
 */
public interface Transaction {
    /** The number of this attempt, from 1; higher after a {@link Retry}. */
    int attempt();

    /**
     * Runs the work in a savepoint: released when it returns, rolled back when it throws. The exception is rethrown
     * unchanged. Savepoints nest to any depth. A nested {@link RockpoolDataSource#transaction} of the same data source
     * is the same.
     *
     * <p>If the rollback also fails, its error is added as suppressed, and the transaction can no longer be committed.
     *
     * @throws IllegalStateException if the transaction has ended, or belongs to another thread
     * @throws SQLException if the database rejects the savepoint, or from the work
     */
    <R, X extends Exception> R savepoint(SqlFunctions.InSavepoint<R, X> work) throws SQLException, X;

    /** As {@link #savepoint}, for work without a result. */
    default <X extends Exception> void useSavepoint(SqlFunctions.UseSavepoint<X> work) throws SQLException, X {
        savepoint(() -> {
            work.run();
            return null;
        });
    }

    /**
     * Runs the hook after the transaction was committed and its connection returned, after the hooks that were added
     * earlier, and before {@code transaction} returns. It may begin a new transaction.
     *
     * <p>Its exceptions are logged, not thrown, because the work is committed and an exception would suggest otherwise.
     * The other hooks still run.
     *
     * <p>A hook added inside a savepoint that was rolled back never runs. If the connection was lost during the commit,
     * no hook runs, neither these nor those of {@link #afterRollback}, because the outcome is unknown.
     */
    void afterCommit(SqlFunctions.Hook hook);

    /**
     * The same after the transaction, or the savepoint in which the hook was added, was rolled back. It runs when the
     * transaction has ended, committed or not. With a {@link Retry} each attempt is a separate transaction, and its
     * hooks run before the next one.
     */
    void afterRollback(SqlFunctions.Hook hook);
}
