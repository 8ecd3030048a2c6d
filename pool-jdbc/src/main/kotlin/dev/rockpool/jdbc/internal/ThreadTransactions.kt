package dev.rockpool.jdbc.internal

import dev.rockpool.Priority
import dev.rockpool.internal.engine.Engine
import dev.rockpool.jdbc.Transaction
import dev.rockpool.jdbc.TransactionOptions
import dev.rockpool.jdbc.Work
import java.sql.SQLException
import java.sql.SQLTimeoutException
import kotlin.time.Duration
import kotlin.time.toKotlinDuration

/**
 * The transactions of one pool for threads.
 *
 * A block knows that it is inside another one by a ThreadLocal, which nothing else asks, and which no call leaves set.
 *
 * Attacked by `JavaTransactionTest`.
 */
internal class ThreadTransactions(
    private val engine: Engine<PhysicalConnection>,
    private val canceller: Canceller,
    private val source: Source,
) {
    /** Where connections come from. */
    fun interface Source {
        /** @param limit nanoseconds to wait at most, beside the pool's own bound */
        @Throws(SQLException::class) fun acquire(priority: Priority, limit: Long): PooledConnection
    }

    private val pool = engine.config.name
    private val current = ThreadLocal<Confined>()

    fun <R> run(options: TransactionOptions, work: Work.InTransaction<R, *>): R {
        val outer = current.get()
        if (outer != null) return outer.join(options, work)
        try {
            return Call(options, work).run()
        } finally {
            current.remove()
        }
    }

    /** One call of `transaction`. */
    private inner class Call<R>(private val options: TransactionOptions, private val work: Work.InTransaction<R, *>) :
        TransactionCall(Attempts(pool, options.retry)) {
        private val caller = ThreadCaller(pool, options.timeout)

        override var failure: Throwable? = null
            private set

        fun run(): R = attempts.run({ once() }, { pause(it) })

        private fun once(): Ended<R> {
            val connection = acquire()
            doing = Doing.RUNNING
            val open = OpenTransaction<Work.Hook>(pool, connection, attempts.number)
            val ended =
                canceller.lend(connection, caller) {
                    try {
                        open.run(options) { inTime(runWork(open)) }
                    } finally {
                        current.remove()
                    }
                }
            open.runHooks(open.takeHooks(ended)) { it.run() }
            if (ended is Ended.RolledBack && caller.isOver) throw expired(ended.failure)
            return ended
        }

        private fun runWork(open: OpenTransaction<Work.Hook>): R {
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

        /** What comes too late is not kept. */
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
            return expired(engine.snapshot(), options.timeout.toKotlinDuration()).also { failure = it }
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
