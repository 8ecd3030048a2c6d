package dev.rockpool.jdbc

import dev.rockpool.internal.base.TimeLimits
import dev.rockpool.internal.base.orNever
import dev.rockpool.jdbc.ClusterPools.Choice
import java.sql.SQLException
import java.util.concurrent.CompletableFuture
import java.util.function.Function
import kotlin.time.toKotlinDuration

/** The batched query of a cluster. Each call runs on a standby, or on the primary while none serves. */
internal class ClusterStatement<A, R>(
    private val cluster: JdbcCluster,
    private val pools: ClusterPools,
    options: BatchOptions,
    made: Function<Choice, BatchedStatement<A, R>>,
) : RoutedStatement<Choice, A, R>(options, made) {
    private val timeout
        get() = if (options.hasTimeout()) options.timeout?.toKotlinDuration() else cluster.acquireTimeout

    init {
        of(pools.choose(Target.PRIMARY)) // names now what is wrong with the statement
    }

    @JvmSynthetic override fun mayUse(place: Choice): Boolean = pools.uses(place)

    private fun of(among: List<Choice>) = at(among[0]) as PoolStatement<A, R>

    @JvmSynthetic
    override suspend fun invoke(key: A): R = cluster.read(timeout) { among, left -> of(among).invoke(key, left) }

    @JvmSynthetic
    override fun call(key: A): R =
        ClusterRouting(pools, TARGET, null, timeout.orNever()).run<R, SQLException> { among, left, _ ->
            of(among).call(key, left)
        }

    @JvmSynthetic
    override fun callAsync(key: A): CompletableFuture<R> =
        CompletableFuture<R>().also { attempt(ClusterRouting(pools, TARGET, null, timeout.orNever()), key, it) }

    private fun attempt(routing: ClusterRouting, key: A, outer: CompletableFuture<R>) {
        val change = routing.change()
        val among =
            try {
                routing.choose()
            } catch (e: SQLException) {
                outer.completeExceptionally(e)
                return
            }
        if (among.isNotEmpty()) {
            connect(outer, of(among).callAsync(key, routing.left())) {
                routing.mayGoElsewhere().also { again -> if (again) attempt(routing, key, outer) }
            }
            return
        }
        TimeLimits.nullAfter(change.copy(), routing.left()).whenComplete { _, _ ->
            if (change.isDone) attempt(routing, key, outer) else outer.completeExceptionally(routing.timedOut())
        }
    }

    private companion object {
        val TARGET = Target.PREFER_STANDBY
    }
}
