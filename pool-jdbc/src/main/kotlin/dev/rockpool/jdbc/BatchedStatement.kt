package dev.rockpool.jdbc

import java.sql.SQLException
import java.util.concurrent.CompletableFuture

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
 * On a [JdbcCluster] and a [ShardedJdbcPool], the calls that go to one server gather there.
 *
 * Create one with `batchedQuery` or `batchedUpdate`, and keep it: only calls of the same object are sent together.
 * Thread-safe. It needs no close.
 */
public abstract class BatchedStatement<A, R> internal constructor() {
    /** The options it was created with. */
    public abstract val options: BatchOptions

    /** What it has done so far. */
    public abstract fun stats(): BatchStats

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
    @JvmSynthetic public abstract suspend operator fun invoke(key: A): R

    /**
     * Runs the statement for this key on this thread, or waits until another one has. For threads that may block.
     *
     * @throws SQLException if the call was not sent, as [RockpoolDataSource.getConnection] throws it, or if the
     *   statement fails. SQLState 08007 means that the connection was lost while an update ran, so that it may have
     *   been committed
     */
    @Throws(SQLException::class) public abstract fun call(key: A): R

    /**
     * Runs the statement for this key on another thread. The future fails with the exceptions of [call]. Cancelling it
     * before the call was sent drops the call. Dependents run on a thread of the pool's own, and may block.
     */
    public abstract fun callAsync(key: A): CompletableFuture<R>
}
