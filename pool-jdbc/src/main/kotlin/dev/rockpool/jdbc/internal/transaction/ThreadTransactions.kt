package dev.rockpool.jdbc.internal.transaction

import dev.rockpool.PoolStats
import dev.rockpool.Priority
import dev.rockpool.jdbc.SqlFunctions
import dev.rockpool.jdbc.Transaction
import dev.rockpool.jdbc.TransactionOptions
import dev.rockpool.jdbc.internal.cancel.CancellationWatcher
import dev.rockpool.jdbc.internal.connection.PooledConnection
import dev.rockpool.jdbc.internal.connection.ThreadToken
import java.sql.SQLException
import java.sql.SQLTimeoutException
import java.util.function.Supplier
import kotlin.time.Duration
import kotlin.time.toKotlinDuration

/**
 * The transactions of one pool for threads.
 *
 * A block knows that it is inside another one by a ThreadLocal. Nothing else reads it, and every call clears it.
 *
 * Tested by `JavaTransactionTest`.
 */
internal class ThreadTransactions(
    private val pool: String,
    private val snapshot: Supplier<PoolStats>,
    private val cancellers: Cancellers,
    private val source: Source,
) {
    /** Who watches the calls of a connection. */
    fun interface Cancellers {
        fun of(connection: PooledConnection): CancellationWatcher
    }

    /** Where connections come from. */
    fun interface Source {
        /** @param limit the longest wait in nanoseconds, in addition to the pool's own limit */
        @Throws(SQLException::class) fun acquire(priority: Priority, limit: Long): PooledConnection
    }

    private val current = ThreadLocal<Confined>()

    fun <R> run(options: TransactionOptions, work: SqlFunctions.InTransaction<R, *>): R {
        val outer = current.get()
        if (outer != null) return outer.join(options, work)
        try {
            return Call(options, work).run()
        } finally {
            current.remove()
        }
    }

    /** One call of `transaction`. */
    private inner class Call<R>(
        private val options: TransactionOptions,
        private val work: SqlFunctions.InTransaction<R, *>,
    ) : TransactionCall(RetryLoop(pool, options.retry)) {
        private val caller = ThreadToken(pool, options.timeout)

        override var failure: Throwable? = null
            private set

        fun run(): R = attempts.run({ once() }, { pause(it) })

        private fun once(): TransactionOutcome<R> {
            val connection = acquire()
            doing = Doing.RUNNING
            val open = OpenTransaction<SqlFunctions.Hook>(pool, connection, attempts.number)
            val ended =
                cancellers.of(connection).lend(connection, caller) {
                    try {
                        open.run(options) { inTime(runWork(open)) }
                    } finally {
                        current.remove()
                    }
                }
            open.runHooks(open.takeHooks(ended)) { it.run() }
            if (ended is TransactionOutcome.RolledBack && caller.isOver) throw expired(ended.failure)
            return ended
        }

        private fun runWork(open: OpenTransaction<SqlFunctions.Hook>): R {
            val mine = Confined(open)
            current.set(mine)
            return work.run(mine, open.connection)
        }

        private fun acquire(): PooledConnection {
            doing = Doing.WAITING
            if (caller.isOver) throw expired(null)
            try {
                return source.acquire(options.priority, caller.remaining())
            } catch (e: SQLException) {
                throw if (caller.isOver) expired(e) else e
            }
        }

        /** Rejects a result that arrives after the timeout. */
        private fun inTime(result: R): R = if (caller.isOver) throw expired(null) else result

        /** An interrupt ends the attempts: the last failure is thrown, and the thread's flag is set. */
        private fun pause(length: Duration) {
            doing = Doing.PAUSING
            val nanos = minOf(length.inWholeNanoseconds, caller.remaining().coerceAtLeast(0))
            try {
                Thread.sleep(nanos / NANOS, (nanos % NANOS).toInt())
            } catch (_: InterruptedException) {
                Thread.currentThread().interrupt()
                throw attempts.failures.last()
            }
            if (caller.isOver) throw expired(attempts.failures.last())
        }

        private fun expired(because: Throwable?): SQLTimeoutException {
            if (because is SQLTimeoutException && because === failure) return because
            failure = because
            return expired(snapshot.get(), options.timeout.toKotlinDuration()).also { failure = it }
        }
    }

    /** Only used by its own thread, except that any thread may add hooks. */
    private inner class Confined(private val open: OpenTransaction<SqlFunctions.Hook>) : Transaction {
        private val owner = Thread.currentThread()

        override fun attempt(): Int = open.attempt

        override fun afterCommit(hook: SqlFunctions.Hook) = open.addHook(afterCommit = true, hook)

        override fun afterRollback(hook: SqlFunctions.Hook) = open.addHook(afterCommit = false, hook)

        override fun <R, X : Exception> savepoint(work: SqlFunctions.InSavepoint<R, X>): R {
            check(Thread.currentThread() === owner) {
                "pool '$pool': a savepoint was asked for by thread '${Thread.currentThread().name}', but the " +
                    "transaction belongs to thread '${owner.name}'. Try: a transaction for each thread."
            }
            return open.savepoint(open.level) { work.run() }
        }

        fun <R> join(options: TransactionOptions, work: SqlFunctions.InTransaction<R, *>): R {
            open.checkJoin(options)
            return open.savepoint(open.level) { work.run(this, open.connection) }
        }
    }

    private companion object {
        const val NANOS = 1_000_000
    }
}
