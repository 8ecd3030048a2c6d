package dev.rockpool.jdbc

/**
 * The functions for the block of [JdbcPool.transaction], besides its connection. The pool implements it.
 *
 * It is valid until the block ends; later every function except [attempt] throws [IllegalStateException]. A transaction
 * has one connection, which does one thing at a time, so a savepoint while another coroutine is in one throws that,
 * too. Any coroutine or thread may add hooks.
 */
public interface TransactionScope {
    /** The number of this attempt, from 1; higher after a [Retry]. */
    public val attempt: Int

    /**
     * Runs [block] in a savepoint: released when the block returns, rolled back when it throws or its coroutine is
     * cancelled. The exception is rethrown unchanged. Savepoints nest to any depth. A nested [JdbcPool.transaction] of
     * the same pool is the same.
     *
     * If the rollback also fails, its error is added as suppressed, and the transaction can no longer be committed.
     *
     * @throws IllegalStateException if the transaction has ended, or another coroutine is in a savepoint of it
     * @throws java.sql.SQLException if the database rejects the savepoint
     */
    @JvmSynthetic public suspend fun <R> savepoint(block: suspend () -> R): R

    /**
     * Runs [hook] after the transaction was committed and its connection returned, after the hooks that were added
     * earlier, and before `transaction` returns. It runs even if the caller was cancelled meanwhile, in a context that
     * cannot be cancelled, so keep it short. It may begin a new transaction.
     *
     * Its exceptions are logged, not thrown, because the work is committed and an exception would suggest otherwise.
     * The other hooks still run.
     *
     * A hook added inside a savepoint that was rolled back never runs. If the connection was lost during the commit, no
     * hook runs, neither these nor those of [afterRollback], because the outcome is unknown.
     */
    @JvmSynthetic public fun afterCommit(hook: suspend () -> Unit)

    /**
     * The same after the transaction, or the savepoint in which the hook was added, was rolled back. It runs when the
     * transaction has ended, committed or not. With a [Retry] each attempt is a separate transaction, and its hooks run
     * before the next one.
     */
    @JvmSynthetic public fun afterRollback(hook: suspend () -> Unit)
}
