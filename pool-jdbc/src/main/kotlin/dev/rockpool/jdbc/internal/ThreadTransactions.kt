package dev.rockpool.jdbc.internal

import dev.rockpool.Priority
import dev.rockpool.jdbc.Transaction
import dev.rockpool.jdbc.TransactionOptions
import dev.rockpool.jdbc.Work
import java.sql.Connection
import java.sql.SQLException
import kotlin.time.Duration

/**
 * The transactions of one pool for threads.
 *
 * A block knows that it is inside another one by a ThreadLocal, which nothing else asks, and which no call leaves set.
 *
 * Attacked by `JavaTransactionTest`.
 */
internal class ThreadTransactions(private val pool: String, private val source: Source) {
    /** Where connections come from. */
    fun interface Source {
        @Throws(SQLException::class) fun acquire(priority: Priority): Connection
    }

    private val current = ThreadLocal<Confined>()

    fun <R> run(options: TransactionOptions, work: Work.InTransaction<R, *>): R {
        val outer = current.get()
        if (outer != null) return outer.join(options, work)
        try {
            val attempts = Attempts(pool, options.retry)
            return attempts.run({ once(options, attempts.number, work) }, { pause(it, attempts) })
        } finally {
            current.remove()
        }
    }

    private fun <R> once(options: TransactionOptions, attempt: Int, work: Work.InTransaction<R, *>): Ended<R> {
        val connection = source.acquire(options.priority)
        val open = OpenTransaction<Work.Hook>(pool, connection, attempt)
        val ended =
            connection.use {
                try {
                    open.run(options) {
                        val mine = Confined(open)
                        current.set(mine)
                        work.run(mine, connection)
                    }
                } finally {
                    current.remove()
                }
            }
        open.runHooks(open.takeHooks(ended)) { it.run() }
        return ended
    }

    /** An interrupt ends the attempts: the last failure is thrown, and the thread's flag is set. */
    private fun pause(length: Duration, attempts: Attempts) {
        try {
            Thread.sleep(length.inWholeMilliseconds, (length.inWholeNanoseconds % NANOS).toInt())
        } catch (_: InterruptedException) {
            Thread.currentThread().interrupt()
            throw attempts.failures.last()
        }
    }

    /** Used by its own thread only; hooks may be added by any. */
    private inner class Confined(private val open: OpenTransaction<Work.Hook>) : Transaction {
        private val owner = Thread.currentThread()

        override fun attempt(): Int = open.attempt

        override fun afterCommit(hook: Work.Hook) = open.addHook(afterCommit = true, hook)

        override fun afterRollback(hook: Work.Hook) = open.addHook(afterCommit = false, hook)

        override fun <R, X : Exception> savepoint(work: Work.InSavepoint<R, X>): R {
            check(Thread.currentThread() === owner) {
                "pool '$pool': a savepoint was asked for by thread '${Thread.currentThread().name}', but the " +
                    "transaction belongs to thread '${owner.name}'. Try: a transaction for each thread."
            }
            return open.savepoint(open.level) { work.run() }
        }

        fun <R> join(options: TransactionOptions, work: Work.InTransaction<R, *>): R {
            open.checkJoin(options)
            return open.savepoint(open.level) { work.run(this, open.connection) }
        }
    }

    private companion object {
        const val NANOS = 1_000_000
    }
}
