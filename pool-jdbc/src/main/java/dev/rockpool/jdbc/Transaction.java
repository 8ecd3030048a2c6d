package dev.rockpool.jdbc;

import java.sql.SQLException;

/**
 * What the work of {@link RockpoolDataSource#transaction} can do beside using its connection. The pool implements it; the
 * twin for coroutines is {@link TransactionScope}.
 *
 * <p>It is of use until the work ends; later every function but {@link #attempt} throws {@link IllegalStateException}.
 * Savepoints are for the thread that runs the work, hooks may be added by any.
 */
public interface Transaction {
    /** The number of this attempt, from 1; more after a {@link Retry}. */
    int attempt();

    /**
     * Runs this as a part of the transaction that can be undone by itself: kept when it returns, rolled back when it throws,
     * and the exception is rethrown as it is. Nests to any depth. A {@link RockpoolDataSource#transaction} of the same data
     * source inside the work of another one is the same.
     *
     * <p>Should rolling back fail too, that is added as suppressed, and the transaction can no longer be committed.
     *
     * @throws IllegalStateException when the transaction has ended, or belongs to another thread
     * @throws SQLException when the database refuses the savepoint, or as the work does
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
     * Runs this once the transaction is committed and its connection returned, after the hooks that were added before, and
     * before {@code transaction} returns. It may begin a transaction of its own.
     *
     * <p>What it throws is logged, not thrown: the work is committed, and an exception would say that it is not. The other
     * hooks run all the same.
     *
     * <p>A hook that was added inside a savepoint that was rolled back never runs. If the connection was lost during the
     * commit, none runs, and none of {@link #afterRollback} either: nobody knows which would tell the truth.
     */
    void afterCommit(SqlFunctions.Hook hook);

    /**
     * The same, once the transaction is rolled back, or the part of it that was a savepoint (at the end of the transaction,
     * whatever that is). With a {@link Retry} each attempt is a transaction of its own, and its hooks run before the next
     * one.
     */
    void afterRollback(SqlFunctions.Hook hook);
}
