package dev.rockpool.jdbc

import dev.rockpool.PoolException
import dev.rockpool.internal.base.NanoMath
import dev.rockpool.internal.base.orNull
import dev.rockpool.jdbc.internal.batch.BatchCall
import dev.rockpool.jdbc.internal.batch.Batcher
import dev.rockpool.jdbc.internal.batch.FutureCall
import dev.rockpool.jdbc.internal.batch.ThreadCall
import dev.rockpool.jdbc.internal.cancel.isCoroutine
import dev.rockpool.jdbc.internal.connect.JdbcAcquire
import dev.rockpool.jdbc.internal.connection.PooledConnection
import dev.rockpool.jdbc.internal.dispatch.ResumeDispatcher
import java.sql.Connection
import java.sql.SQLException
import java.util.concurrent.CompletableFuture
import kotlin.coroutines.resume
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.Job
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.suspendCancellableCoroutine

/**
 * A statement that many callers run at the same time, such as a read by key. While a connection is free, a call runs
 * alone and at once. While all are in use, calls gather, and the next free connection takes up to
 * [BatchOptions.maxBatch] of them. They are sent together, in one round trip.
 *
 * Each caller gets its own result or its own error, as if it had run alone. If a batch fails, its calls run one by one.
 * A caller that gives up before its call was sent drops out. Calls are sent in the order in which they came.
 *
 * Each call is a transaction of its own, and never part of a transaction of its caller. The functions that set
 * parameters and read rows may run on any thread.
 *
 * Create one with `batchedQuery` or `batchedUpdate`, and keep it: only calls of the same object are sent together.
 * Thread-safe. It needs no close.
 */
public class BatchedStatement<A, R>
internal constructor(private val pool: JdbcPool, private val batcher: Batcher<A, R>) {
    private val running = pool.dataSource.running()
    private val engine = running.engine
    private val returns = ResumeDispatcher { engine.waiting > 0 }

    /** The options it was created with. */
    public val options: BatchOptions
        get() = batcher.options()

    /** In nanoseconds; `Long.MAX_VALUE` for never. */
    private val timeout: Long
        get() = if (options.hasTimeout()) NanoMath.nanos(options.timeout) else engine.acquireTimeout

    /** What it has done so far. */
    public fun stats(): BatchStats {
        val counts = batcher.counts()
        return BatchStats(counts.calls(), counts.batches(), counts.splits(), counts.largest(), batcher.waiting())
    }

    /**
     * Runs the statement for this key, alone or together with other calls.
     *
     * If the coroutine is cancelled before the call is sent, it is never sent. A call that is sent alone is cancelled
     * on the server, too; one that is sent with others only if all their callers give up.
     *
     * @throws dev.rockpool.PoolException like [JdbcPool.withConnection], if the call was not sent
     * @throws SQLException if the statement fails. SQLState 08007 means that the connection was lost while an update
     *   ran, so that it may have been committed
     */
    @JvmSynthetic
    public suspend operator fun invoke(key: A): R {
        val job = currentCoroutineContext()[Job]
        if (job == null || !job.isCoroutine()) return coroutineScope { invoke(key) }
        if (running.preparation != null)
            return pool.withConnection(timeout.orNull(), options.priority) { runAlone(it, key) }
        job.ensureActive()
        val slot = engine.tryAcquire(job)
        return if (slot == null) await(key, job) else pool.runWith(slot) { runAlone(it, key) }
    }

    /**
     * Runs the statement for this key on this thread, or waits until another one has. For threads that may block.
     *
     * @throws SQLException if the call was not sent, as [RockpoolDataSource.getConnection] throws it, or if the
     *   statement fails. SQLState 08007 means that the connection was lost while an update ran, so that it may have
     *   been committed
     */
    @Throws(SQLException::class)
    public fun call(key: A): R {
        if (running.preparation != null)
            return running.run<R, SQLException>(running.lend(options.priority, timeout)) { runAlone(it, key) }
        val slot = engine.tryAcquire(Thread.currentThread())
        if (slot == null) return await(key)
        return running.run<R, SQLException>(PooledConnection(engine, slot, slot.granted()).begin()) {
            runAlone(it, key)
        }
    }

    /**
     * Runs the statement for this key on another thread. The future fails with the exceptions of [call]. Cancelling it
     * before the call was sent drops the call. Dependents run on a thread of the pool's own, and may block.
     */
    public fun callAsync(key: A): CompletableFuture<R> = FutureCall.submit(batcher, key, timeout)

    private fun runAlone(connection: Connection, key: A): R = batcher.runAlone(connection as PooledConnection, key)

    private suspend fun await(key: A, job: Job): R =
        suspendCancellableCoroutine<Result<R>> { caller ->
                val call = SuspendedCall<A, R>(key, job, caller, returns)
                val refusal = batcher.submit(call, timeout)
                if (refusal != null) caller.resume(Result.failure(refusal))
                else caller.invokeOnCancellation { batcher.cancel(call) }
            }
            .getOrThrow()

    private fun await(key: A): R =
        try {
            ThreadCall.run(batcher, key, timeout)
        } catch (e: InterruptedException) {
            Thread.currentThread().interrupt()
            throw SQLException("pool '${engine.name}': interrupted while waiting for a batch", e)
        } catch (e: PoolException) {
            throw JdbcAcquire.translated(e)
        }

    override fun toString(): String = "BatchedStatement(pool='${engine.name}', $options, ${stats()})"

    /** A coroutine that waits for its call. Its result is a value, because exceptions may be copied on resumption. */
    private class SuspendedCall<A, R>(
        key: A,
        private val job: Job,
        private val caller: CancellableContinuation<Result<R>>,
        private val returns: ResumeDispatcher,
    ) : BatchCall<A, R>(key) {
        override fun isAbandoned(): Boolean = !caller.isActive

        override fun holder(): Any = job

        override fun answer() {
            val failure = error()
            returns.resume(caller, if (failure == null) Result.success(value()) else Result.failure(failure))
        }
    }
}
