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

/** A batched statement of one pool. */
internal class PoolStatement<A, R>(private val pool: JdbcPool, private val batcher: Batcher<A, R>) :
    BatchedStatement<A, R>() {
    private val running = pool.dataSource.running()
    private val engine = running.engine
    private val returns = ResumeDispatcher { engine.waiting > 0 }

    @get:JvmSynthetic
    override val options: BatchOptions
        get() = batcher.options()

    /** In nanoseconds; `Long.MAX_VALUE` for never. */
    @get:JvmSynthetic
    val timeout: Long
        get() = if (options.hasTimeout()) NanoMath.nanos(options.timeout) else engine.acquireTimeout

    @JvmSynthetic
    override fun stats(): BatchStats {
        val counts = batcher.counts()
        return BatchStats(counts.calls(), counts.batches(), counts.splits(), counts.largest(), batcher.waiting())
    }

    @JvmSynthetic override suspend fun invoke(key: A): R = invoke(key, timeout)

    /** @param timeout in nanoseconds; `Long.MAX_VALUE` for never */
    @JvmSynthetic
    suspend fun invoke(key: A, timeout: Long): R {
        val job = currentCoroutineContext()[Job]
        if (job == null || !job.isCoroutine()) return coroutineScope { invoke(key, timeout) }
        if (running.preparation != null)
            return pool.withConnection(timeout.orNull(), options.priority) { runAlone(it, key) }
        job.ensureActive()
        val slot = engine.tryAcquire(job)
        return if (slot == null) await(key, job, timeout) else pool.runWith(slot) { runAlone(it, key) }
    }

    @JvmSynthetic override fun call(key: A): R = call(key, timeout)

    /** @param timeout in nanoseconds; `Long.MAX_VALUE` for never */
    @JvmSynthetic
    fun call(key: A, timeout: Long): R {
        if (running.preparation != null)
            return running.run<R, SQLException>(running.lend(options.priority, timeout)) { runAlone(it, key) }
        val slot = engine.tryAcquire(Thread.currentThread())
        if (slot == null) return await(key, timeout)
        return running.run<R, SQLException>(PooledConnection(engine, slot, slot.granted()).begin()) {
            runAlone(it, key)
        }
    }

    @JvmSynthetic override fun callAsync(key: A): CompletableFuture<R> = callAsync(key, timeout)

    /** @param timeout in nanoseconds; `Long.MAX_VALUE` for never */
    @JvmSynthetic fun callAsync(key: A, timeout: Long): CompletableFuture<R> = FutureCall.submit(batcher, key, timeout)

    private fun runAlone(connection: Connection, key: A): R = batcher.runAlone(connection as PooledConnection, key)

    private suspend fun await(key: A, job: Job, timeout: Long): R =
        suspendCancellableCoroutine<Result<R>> { caller ->
                val call = SuspendedCall<A, R>(key, job, caller, returns)
                val refusal = batcher.submit(call, timeout)
                if (refusal != null) caller.resume(Result.failure(refusal))
                else caller.invokeOnCancellation { batcher.cancel(call) }
            }
            .getOrThrow()

    private fun await(key: A, timeout: Long): R =
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
