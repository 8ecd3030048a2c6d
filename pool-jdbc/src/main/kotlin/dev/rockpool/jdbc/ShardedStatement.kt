package dev.rockpool.jdbc

import dev.rockpool.PoolException
import dev.rockpool.internal.base.PoolThreads
import dev.rockpool.internal.base.orNever
import dev.rockpool.internal.base.orNull
import dev.rockpool.internal.shard.ShardRouter
import dev.rockpool.internal.shard.ShardVisit
import dev.rockpool.jdbc.internal.cluster.ShardKey
import dev.rockpool.jdbc.internal.connect.JdbcAcquire
import java.sql.SQLException
import java.util.concurrent.CompletableFuture
import java.util.function.Function
import kotlin.time.toKotlinDuration

/** The batched statement of a sharded pool. Each call runs on the shard of its key, and gathers with others there. */
internal class ShardedStatement<A, R>(
    private val router: ShardRouter<JdbcShard>,
    options: BatchOptions,
    private val acquireTimeout: Long,
    private val keyOf: Function<in A, *>,
    made: Function<JdbcShard, BatchedStatement<A, R>>,
) : RoutedStatement<JdbcShard, A, R>(options, made) {
    /** How long a bucket may move. Then the call waits at its shard as the others there do. */
    private val timeout
        get() = if (options.hasTimeout()) options.timeout?.toKotlinDuration() else acquireTimeout.orNull()

    init {
        router.all.values.forEach(::at) // names now what is wrong with the statement
    }

    @JvmSynthetic override fun mayUse(place: JdbcShard): Boolean = router.all.containsValue(place)

    private fun bucketOf(key: A): Int = ShardKey.bucketOf(keyOf.apply(key))

    @JvmSynthetic
    override suspend fun invoke(key: A): R = router.routed(bucketOf(key), timeout) { shard, _ -> at(shard)(key) }

    @JvmSynthetic
    override fun call(key: A): R {
        val visit = enter(key)
        val before = router.inside(visit)
        try {
            return at(router.member(visit.shard())).call(key)
        } finally {
            router.inside(before)
            visit.end()
        }
    }

    private fun enter(key: A): ShardVisit =
        try {
            router.enterOnThread(bucketOf(key), timeout.orNever())
        } catch (e: InterruptedException) {
            Thread.currentThread().interrupt()
            throw SQLException("pool '${router.name}': interrupted while waiting for a moving bucket", e)
        } catch (e: PoolException) {
            throw JdbcAcquire.translated(e)
        }

    /** While a plan is carried out, another thread waits for the bucket. */
    @JvmSynthetic
    override fun callAsync(key: A): CompletableFuture<R> {
        val future = CompletableFuture<R>()
        if (router.resharding == null) send(key, future) else PoolThreads.execute { send(key, future) }
        return future
    }

    private fun send(key: A, future: CompletableFuture<R>) {
        try {
            val visit = enter(key)
            val sent =
                try {
                    at(router.member(visit.shard())).callAsync(key)
                } catch (e: Throwable) { // the bucket may move again
                    visit.end()
                    throw e
                }
            sent.whenComplete { _, _ -> visit.end() }
            connect(future, sent) { false }
        } catch (e: Throwable) { // also of the user's function
            future.completeExceptionally(e)
        }
    }
}
