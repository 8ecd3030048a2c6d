package dev.rockpool.jdbc.internal.transaction

import dev.rockpool.internal.base.logError
import dev.rockpool.jdbc.TransactionOptions
import dev.rockpool.jdbc.internal.connection.PooledConnection
import java.sql.Connection
import java.sql.SQLException
import java.sql.SQLFeatureNotSupportedException
import java.sql.SQLNonTransientConnectionException
import java.sql.SQLTimeoutException
import java.sql.SQLTransactionRollbackException
import java.sql.Savepoint
import java.util.concurrent.atomic.AtomicInteger

/**
 * One attempt of a transaction on one connection: begin, savepoints, commit or rollback, hooks. Serves coroutines and
 * threads: its functions are inline, so a block may suspend if its caller may.
 *
 * **Key idea.** The [level] is the number of open savepoints, or [ENDED] after commit or rollback. A block opens a
 * savepoint by a compare-and-set from the level at which it believes to be. That fails for a sibling coroutine while
 * another one is in a savepoint, and for a coroutine that outlived the transaction. Neither reaches the connection.
 *
 * Tested by `TransactionLaws`, `SavepointLaws` and `JavaTransactionTest`.
 *
 * @param H the type of hooks
 */
internal class OpenTransaction<H>(private val pool: String, val connection: Connection, val attempt: Int) {
    private val levelNow = AtomicInteger()
    private val hooks = CompletionCallbacks<H>()
    private var begun = false

    /** Why it can no longer be committed: a rollback to a savepoint failed, so its changes are still there. */
    @Volatile private var doom: Throwable? = null

    /** How many savepoints are open, or [ENDED]. */
    val level: Int
        get() = levelNow.get()

    /** Runs the block between begin and commit, or rolls back when the block throws. Never throws itself. */
    inline fun <R> run(options: TransactionOptions, block: () -> R): TransactionOutcome<R> {
        val result =
            try {
                begin(options)
                block()
            } catch (e: Throwable) {
                return rollBack(e)
            }
        return commit(result)
    }

    fun begin(options: TransactionOptions) {
        options.isolation?.let { connection.transactionIsolation = it }
        options.readOnly?.let { connection.isReadOnly = it }
        connection.autoCommit = false
        begun = true
    }

    fun <R> commit(result: R): TransactionOutcome<R> {
        return try {
            val refusal = refusal()
            if (refusal != null) return rollBack(refusal)
            connection.commit()
            TransactionOutcome.Committed(result)
        } catch (e: Throwable) {
            if (e.isAnswer()) rollBack(e) else TransactionOutcome.Unknown(unknown(e))
        }
    }

    /** Why it must not be committed although its block returned. No block can enter the transaction after this. */
    private fun refusal(): Exception? {
        if (!levelNow.compareAndSet(0, ENDED)) return unfinished()
        return doom?.let { doomed(it) } ?: if (hasFailed()) failed() else null
    }

    /**
     * PostgreSQL keeps nothing of a transaction in which a statement failed. A commit is a rollback then, but the
     * driver reports success (pgjdbc 1697, 1746), so this is checked before.
     */
    private fun hasFailed() = connection is PooledConnection && connection.hasFailedTransaction()

    fun rollBack(failure: Throwable): TransactionOutcome<Nothing> {
        levelNow.set(ENDED)
        try {
            if (begun && !connection.isClosed) connection.rollback()
        } catch (e: Throwable) { // the block's own failure is thrown
            failure.conjoin(e)
        }
        return TransactionOutcome.RolledBack(failure)
    }

    class Point(val level: Int, val savepoint: Savepoint, val hooks: Int)

    /** Runs the block between a savepoint and its release, or rolls back to the savepoint when the block throws. */
    inline fun <R> savepoint(level: Int, block: () -> R): R {
        val point = enter(level)
        try {
            val result = block()
            release(point)
            return result
        } catch (e: Throwable) {
            undo(point, e)
            throw e
        } finally {
            levelNow.compareAndSet(point.level + 1, point.level)
        }
    }

    fun enter(level: Int): Point {
        if (level < 0 || !levelNow.compareAndSet(level, level + 1)) throw misused()
        try {
            return Point(level, connection.setSavepoint(), hooks.count())
        } catch (e: Throwable) {
            levelNow.compareAndSet(level + 1, level)
            throw e
        }
    }

    fun release(point: Point) {
        try {
            connection.releaseSavepoint(point.savepoint)
        } catch (_: SQLFeatureNotSupportedException) { // some databases release it only with the transaction
        }
    }

    fun undo(point: Point, failure: Throwable) {
        try {
            connection.rollback(point.savepoint)
            hooks.undo(point.hooks)
        } catch (e: Throwable) {
            failure.conjoin(e)
            doom = failure
            return
        }
        try {
            release(point) // otherwise a loop of failing savepoints would leave all of them behind
        } catch (e: Throwable) {
            failure.conjoin(e)
        }
    }

    /** Throws if a transaction with these options cannot be part of this one. */
    fun checkJoin(options: TransactionOptions) {
        if (level == ENDED) throw misused()
        val wanted = options.isolation
        if (wanted != null && wanted != connection.transactionIsolation) {
            throw IllegalStateException(
                "pool '$pool': isolation ${name(wanted)} was asked for inside a transaction with isolation " +
                    "${name(connection.transactionIsolation)}, of which it would be a part. Try: ask for it in the " +
                    "outermost transaction, or leave it out in the inner one."
            )
        }
        if (options.readOnly == false && connection.isReadOnly) {
            throw IllegalStateException(
                "pool '$pool': readOnly = false was asked for inside a read-only transaction, of which it would be a " +
                    "part. Try: do not make the outermost transaction read-only, or leave it out in the inner one."
            )
        }
    }

    fun addHook(afterCommit: Boolean, hook: H) {
        if (!hooks.add(afterCommit, hook)) throw misused()
    }

    fun takeHooks(ended: TransactionOutcome<*>): List<H> = hooks.take(ended)

    /** Runs the hooks in order. If one throws, that is logged, and the others still run. */
    inline fun runHooks(hooks: List<H>, run: (H) -> Unit) {
        for (hook in hooks) {
            try {
                run(hook)
            } catch (e: Throwable) {
                hookFailed(e)
            }
        }
    }

    fun hookFailed(e: Throwable) {
        if (e is InterruptedException) Thread.currentThread().interrupt()
        logError(e) { "pool '$pool': a hook that ran after a transaction failed; what the transaction came to stays" }
    }

    /**
     * Whether it was certainly not committed, because the database refused or was not asked. Otherwise the outcome is
     * unknown.
     */
    private fun Throwable.isAnswer() =
        when {
            this !is SQLException || this is SQLTimeoutException -> false
            sqlState == WAS_CLOSED -> true
            else -> sqlState != COMPLETION_UNKNOWN && !isFatal(this)
        }

    private fun isFatal(error: SQLException) = connection is PooledConnection && connection.isFatal(error)

    private fun unknown(cause: Throwable) =
        SQLNonTransientConnectionException(
            "pool '$pool': the connection failed during the commit, so nobody knows whether the transaction was " +
                "committed; it is not tried again: ${cause.message ?: cause}. Try: look in the database for what it " +
                "did, then do it again if it is not there.",
            RESOLUTION_UNKNOWN,
            (cause as? SQLException)?.errorCode ?: 0,
            cause,
        )

    private fun doomed(cause: Throwable) =
        SQLTransactionRollbackException(
            "pool '$pool': the transaction was rolled back, because rolling back to a savepoint in it had failed " +
                "(see the cause): what that savepoint should undo would have been committed",
            ROLLED_BACK,
            cause,
        )

    private fun failed() =
        SQLException(
            "pool '$pool': the transaction was rolled back, because a statement in it had failed and its block went on: " +
                "the database keeps nothing of such a transaction. Try: let the failure out of the block, or run the " +
                "statement in a savepoint.",
            IN_FAILED_TRANSACTION,
        )

    private fun unfinished() =
        IllegalStateException(
            "pool '$pool': the transaction was rolled back, because its block returned while another coroutine was " +
                "in a savepoint of it. Try: wait for all that the block started before it returns."
        )

    private fun misused() =
        IllegalStateException(
            if (level == ENDED)
                "pool '$pool': this transaction has ended, and whoever outlives it cannot be a part of it. Try: wait " +
                    "for all that its block starts, or start that in a scope of its own."
            else
                "pool '$pool': another coroutine is in a savepoint of this transaction, and a connection does one thing " +
                    "at a time. Try: one savepoint after the other, or a transaction each."
        )

    private fun name(isolation: Int) =
        when (isolation) {
            Connection.TRANSACTION_NONE -> "NONE"
            Connection.TRANSACTION_READ_UNCOMMITTED -> "READ_UNCOMMITTED"
            Connection.TRANSACTION_READ_COMMITTED -> "READ_COMMITTED"
            Connection.TRANSACTION_REPEATABLE_READ -> "REPEATABLE_READ"
            Connection.TRANSACTION_SERIALIZABLE -> "SERIALIZABLE"
            else -> "$isolation"
        }

    private companion object {
        /** The level of a transaction that has ended. */
        const val ENDED = -1
        const val WAS_CLOSED = "08003"
        const val COMPLETION_UNKNOWN = "40003"
        const val RESOLUTION_UNKNOWN = "08007"
        const val ROLLED_BACK = "40000"
        const val IN_FAILED_TRANSACTION = "25P02"
    }
}
