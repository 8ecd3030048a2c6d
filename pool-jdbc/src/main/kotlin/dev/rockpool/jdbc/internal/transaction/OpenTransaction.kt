package dev.rockpool.jdbc.internal.transaction

import dev.rockpool.internal.base.logError
import dev.rockpool.jdbc.TransactionOptions
import dev.rockpool.jdbc.internal.connection.PooledConnection
import dev.rockpool.jdbc.internal.errors.TransactionErrors
import java.sql.Connection
import java.sql.SQLException
import java.sql.SQLFeatureNotSupportedException
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
    private val errors
        get() = TransactionErrors(pool)

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
            if (TransactionErrors.isAnswer(e, ::isFatal)) rollBack(e) else TransactionOutcome.Unknown(errors.unknown(e))
        }
    }

    /** Why it must not be committed although its block returned. No block can enter the transaction after this. */
    private fun refusal(): Exception? {
        if (!levelNow.compareAndSet(0, ENDED)) return errors.unfinished()
        return doom?.let(errors::doomed) ?: if (hasFailed()) errors.failed() else null
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
            throw errors.isolation(wanted, connection.transactionIsolation)
        }
        if (options.readOnly == false && connection.isReadOnly) throw errors.readOnly()
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

    private fun isFatal(error: SQLException) = connection is PooledConnection && connection.isFatal(error)

    private fun misused() = if (level == ENDED) errors.ended() else errors.busy()

    private companion object {
        /** The level of a transaction that has ended. */
        const val ENDED = -1
    }
}
