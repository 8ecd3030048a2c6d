package dev.rockpool.jdbc.internal.transaction

import dev.rockpool.Priority
import dev.rockpool.jdbc.Retry
import dev.rockpool.jdbc.TransactionOptions
import dev.rockpool.jdbc.TransactionScope
import dev.rockpool.jdbc.internal.dispatch.SuspendingLeases
import java.sql.Connection
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.cancellation.CancellationException
import kotlin.time.Duration
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull

/** The parameters of a `transaction` function as options. */
internal fun options(isolation: Int?, readOnly: Boolean?, retry: Retry, priority: Priority): TransactionOptions =
    TransactionOptions.defaults().isolation(isolation).readOnly(readOnly).retry(retry).priority(priority)

/**
 * The transactions of one pool for coroutines.
 *
 * **Key idea.** The outcome of a call is kept in its own object ([Call]), never returned through `withTimeoutOrNull` or
 * `withContext`, which may throw although their block has returned. So a committed transaction is reported as committed
 * even if it timed out meanwhile, and its hooks run. The connection is acquired and returned inside both.
 *
 * A block knows that it is inside another one by an element of its coroutine's context ([Place]).
 *
 * Tested by `TransactionLaws` and `SavepointLaws`.
 */
internal class SuspendingTransactions(private val pool: SuspendingLeases) {
    private val key = object : CoroutineContext.Key<Place> {}

    suspend fun <R> run(
        options: TransactionOptions,
        timeout: Duration?,
        block: suspend TransactionScope.(Connection) -> R,
    ): R {
        val call = Call(options, currentCoroutineContext()[key], block)
        return if (timeout == null) call.run() else bounded(timeout, call)
    }

    private suspend fun <R> bounded(timeout: Duration, call: Call<R>): R {
        var reached: Result<R>? = null
        val inTime = withTimeoutOrNull(timeout) { reached = runCatching { call.run() } } != null
        if (inTime) return checkNotNull(reached).getOrThrow()
        return when (val ended = call.ended) {
            is TransactionOutcome.Committed -> ended.result
            is TransactionOutcome.Unknown -> throw ended.failure
            is TransactionOutcome.RolledBack,
            null -> throw call.expired(pool.snapshot(), timeout)
        }
    }

    /** The position of a block: its transaction, and how many savepoints deep it is. */
    private class Place(val scope: Scope, val level: Int, key: CoroutineContext.Key<Place>) :
        AbstractCoroutineContextElement(key)

    /** One call of `transaction`. */
    private inner class Call<R>(
        private val options: TransactionOptions,
        private val outer: Place?,
        private val block: suspend TransactionScope.(Connection) -> R,
    ) : TransactionCall(RetryLoop(pool.poolName, options.retry)) {
        /**
         * The outcome of the call or its latest attempt; null before it began. Part of another transaction counts as
         * committed once it is kept.
         */
        var ended: TransactionOutcome<R>? = null

        override val failure: Throwable?
            get() = (ended as? TransactionOutcome.RolledBack)?.failure

        suspend fun run(): R = if (outer == null) attempts.run({ once() }, { pause(it) }) else join(outer)

        private suspend fun pause(length: Duration) {
            doing = Doing.PAUSING
            delay(length)
        }

        /** Returns the outcome if the caller is still active. The hooks run in any case. */
        private suspend fun once(): TransactionOutcome<R> {
            ended = null
            doing = Doing.WAITING
            var scope: Scope? = null
            try {
                pool.withConnection(pool.acquireTimeout, options.priority) { connection ->
                    doing = Doing.RUNNING
                    val mine = Scope(OpenTransaction(pool.poolName, connection, attempts.number))
                    scope = mine
                    ended = mine.run(options, block)
                }
            } finally {
                ended?.let { scope?.runHooks(it) }
            }
            return checkNotNull(ended)
        }

        private suspend fun join(outer: Place): R {
            doing = Doing.RUNNING
            val result = outer.scope.join(outer.level, options, block)
            ended = TransactionOutcome.Committed(result)
            return result
        }
    }

    private inner class Scope(private val open: OpenTransaction<suspend () -> Unit>) : TransactionScope {
        override val attempt: Int
            get() = open.attempt

        override fun afterCommit(hook: suspend () -> Unit) = open.addHook(afterCommit = true, hook)

        override fun afterRollback(hook: suspend () -> Unit) = open.addHook(afterCommit = false, hook)

        override suspend fun <R> savepoint(block: suspend () -> R): R {
            val place = currentCoroutineContext()[key]
            val level = if (place?.scope === this) place.level else open.level
            return at(level + 1) { open.savepoint(level) { untilCancelled(block) } }
        }

        suspend fun <R> run(
            options: TransactionOptions,
            block: suspend TransactionScope.(Connection) -> R,
        ): TransactionOutcome<R> = open.run(options) { at(level = 0) { untilCancelled { block(open.connection) } } }

        suspend fun <R> join(
            level: Int,
            options: TransactionOptions,
            block: suspend TransactionScope.(Connection) -> R,
        ): R =
            at(level + 1) {
                open.checkJoin(options)
                open.savepoint(level) { untilCancelled { block(open.connection) } }
            }

        suspend fun runHooks(ended: TransactionOutcome<*>) {
            val hooks = open.takeHooks(ended)
            if (hooks.isNotEmpty()) withContext(NonCancellable) { open.runHooks(hooks) { it() } }
        }

        /**
         * Runs the block where blocking is allowed. An exception is passed as a value, because a thrown one may be
         * copied.
         */
        private suspend fun <R> at(level: Int, block: suspend () -> R): R {
            val place = Place(this, level, key)
            val here = pool.mayBlockHere(currentCoroutineContext()[ContinuationInterceptor])
            var reached: Result<R>? = null
            try {
                withContext(if (here) place else place + pool.dispatcher) { reached = runCatching { block() } }
            } catch (e: CancellationException) {
                val failure = reached?.exceptionOrNull() ?: e
                throw if (failure is CancellationException) e else failure // its own failure tells more
            }
            return checkNotNull(reached).getOrThrow()
        }

        /** Discards the result of a cancelled block. */
        private suspend fun <R> untilCancelled(block: suspend () -> R): R {
            val result = block()
            currentCoroutineContext().ensureActive()
            return result
        }
    }
}
