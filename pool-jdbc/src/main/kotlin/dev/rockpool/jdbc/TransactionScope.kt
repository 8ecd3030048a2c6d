package dev.rockpool.jdbc

/**
 * What the block of [JdbcPool.transaction] can do beside using its connection. The pool implements it.
 *
 * It is of use until the block ends; later every function but [attempt] throws [IllegalStateException]. A transaction
 * has one connection, which does one thing at a time: a savepoint while another coroutine is in one throws that too.
 * Hooks may be added by any coroutine or thread.
 */
public interface TransactionScope {
    /** The number of this attempt, from 1; more after a [Retry]. */
    public val attempt: Int

    /**
     * Runs [block] as a part of the transaction that can be undone by itself: kept when the block returns, rolled back
     * when it throws or its coroutine is cancelled, and the exception is rethrown as it is. Nests to any depth. A
     * [JdbcPool.transaction] of the same pool inside the block of another is the same.
     *
     * Should rolling back fail too, that is added as suppressed, and the transaction can no longer be committed.
     *
     * @throws IllegalStateException when the transaction has ended, or another coroutine is in a savepoint of it
     * @throws java.sql.SQLException when the database refuses the savepoint
     */
    @JvmSynthetic public suspend fun <R> savepoint(block: suspend () -> R): R

    /**
     * Runs [hook] once the transaction is committed and its connection returned, after the hooks that were added
     * before, and before `transaction` returns; also if the caller was cancelled meanwhile, and so in a context that
     * cannot be: keep it short. It may begin a transaction of its own.
     *
     * What it throws is logged, not thrown: the work is committed, and an exception would say that it is not. The other
     * hooks run all the same.
     *
     * A hook that was added inside a savepoint that was rolled back never runs. If the connection was lost during the
     * commit, none runs, and none of [afterRollback] either: nobody knows which would tell the truth.
     */
    @JvmSynthetic public fun afterCommit(hook: suspend () -> Unit)

    /**
     * The same, once the transaction is rolled back, or the part of it that was a savepoint (at the end of the
     * transaction, whatever that is). With a [Retry] each attempt is a transaction of its own, and its hooks run before
     * the next one.
     */
    @JvmSynthetic public fun afterRollback(hook: suspend () -> Unit)
}
