package dev.rockpool.jdbc

import dev.rockpool.Pool
import dev.rockpool.PoolClosedException
import dev.rockpool.PoolControl
import dev.rockpool.PoolStats
import dev.rockpool.Priority
import dev.rockpool.internal.base.PoolThreads
import dev.rockpool.internal.base.orNever
import dev.rockpool.internal.base.orNull
import dev.rockpool.jdbc.ClusterPools.Choice
import dev.rockpool.jdbc.ClusterRouting.ElsewhereException
import dev.rockpool.jdbc.internal.transaction.SuspendingTransactions
import dev.rockpool.jdbc.internal.transaction.options
import java.sql.Connection
import java.util.function.Consumer
import javax.sql.DataSource
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.toJavaDuration
import kotlinx.coroutines.channels.BufferOverflow
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.flow.MutableSharedFlow
import kotlinx.coroutines.flow.SharedFlow
import kotlinx.coroutines.flow.asSharedFlow
import kotlinx.coroutines.future.await
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull

/**
 * A PostgreSQL primary and its standbys, with streaming replication. Writes go to the primary, whichever member it is,
 * and read-only work to a standby that is not too far behind.
 *
 * The members are asked what they are: every 200 ms, and every 20 ms while the primary is away. When a standby was
 * promoted, callers that wait for the primary continue there, in the order in which they came and within their
 * timeouts. This class never promotes a member.
 *
 * Threads and frameworks use [dataSource]. All functions are thread-safe. Close the cluster when it is no longer
 * needed.
 */
public class JdbcCluster private constructor(private val pools: ClusterPools) {
    private val happened = MutableSharedFlow<ClusterEvent>(0, EVENTS, BufferOverflow.DROP_OLDEST)
    private val inTransaction = InTransactionKey()

    init {
        pools.addListener { happened.tryEmit(it) }
    }

    /** This cluster as a `javax.sql.DataSource`, for frameworks and threads. Closing it closes this cluster. */
    public val dataSource: ClusterDataSource = ClusterDataSource(this, pools)

    /** The name of the cluster. */
    public val name: String
        get() = pools.name()

    /** What is known of each member, in the order in which they were given. */
    public val members: List<ClusterMember>
        get() = pools.view().members()

    /** The member that gets all writes. It may be away for the moment. Null if there is none. */
    public val primary: ClusterMember?
        get() = pools.view().let { view -> view.members().getOrNull(view.primary()) }

    /** What changes, after the fact. A subscriber that is 64 events behind loses the oldest. */
    public val events: SharedFlow<ClusterEvent> = happened.asSharedFlow()

    /** Sends events to [listener] until the result is closed. It must return at once. */
    public fun addListener(listener: Consumer<ClusterEvent>): AutoCloseable = pools.addListener(listener)

    /** The current numbers of each pool: first that of the primary, then those of the standbys. */
    public fun snapshot(): List<PoolStats> = pools.snapshot()

    /**
     * The control of each pool that there is now: that of the primary as [PRIMARY], and that of each standby by the
     * name of the member. A standby that becomes something else loses its pool.
     */
    public fun controls(): Map<String, PoolControl> = pools.controls()

    /**
     * Sends [listener] the control of each pool until the result is closed: now of those that there are, and later of
     * those that are made for a standby. So meters, monitors and tracers can follow. It must return at once.
     */
    public fun addPoolListener(listener: Consumer<PoolControl>): AutoCloseable = pools.addPoolListener(listener)

    /** The connections of one target as a `javax.sql.DataSource`, leased at once. */
    public fun dataSource(target: Target): DataSource = dataSource.dataSource(target)

    /**
     * Runs [block] with a connection of this target, like [JdbcPool.withConnection].
     *
     * @param after what the block must see: everything that was committed before this mark; null for no matter what
     * @param timeout how long to wait for a connection; null means no limit
     * @param priority callers with a higher priority are served first
     * @throws dev.rockpool.PoolException like [JdbcPool.withConnection]
     * @throws java.sql.SQLTransientConnectionException for [Target.STANDBY], if no standby served in time
     */
    @JvmSynthetic
    public suspend fun <R> withConnection(
        target: Target = Target.PRIMARY,
        after: Mark? = null,
        timeout: Duration? = acquireTimeout,
        priority: Priority = Priority.NORMAL,
        block: suspend (Connection) -> R,
    ): R =
        routed(target, after, timeout) { among, left, routing ->
            val begun: suspend (Connection) -> R = { connection ->
                routing.begin(connection)
                block(connection)
            }
            if (target == Target.PRIMARY) pools.writer().withConnection(left, priority, begun)
            else ClusterReads(pools, routing, among).withConnection(left, priority, begun)
        }

    /**
     * Runs [block] in a transaction, like [JdbcPool.transaction]: on a standby if it is [readOnly] and one serves, else
     * on the primary. Inside the block of another transaction of this cluster it is a savepoint of that one.
     *
     * @param after what the block must see: everything that was committed before this mark; null for no matter what
     * @throws java.sql.SQLException like [JdbcPool.transaction]
     * @throws dev.rockpool.PoolException like [JdbcPool.withConnection]
     */
    @JvmSynthetic
    public suspend fun <R> transaction(
        isolation: Int? = null,
        readOnly: Boolean? = null,
        timeout: Duration? = null,
        retry: Retry = Retry.none,
        priority: Priority = Priority.NORMAL,
        after: Mark? = null,
        block: suspend TransactionScope.(Connection) -> R,
    ): R {
        val outer = currentCoroutineContext()[inTransaction]
        if (outer != null) return outer.run(options(isolation, readOnly, retry, priority), timeout, block)
        val target = if (readOnly == true) Target.PREFER_STANDBY else Target.PRIMARY
        return routed(target, after, acquireTimeout) { among, _, routing ->
            val reads = if (target == Target.PRIMARY) null else ClusterReads(pools, routing, among).transactions
            val here = InTransaction(inTransaction, pools.writer(), reads)
            withContext(here) {
                here.run(options(isolation, readOnly, retry, priority), timeout) { connection ->
                    routing.begin(connection)
                    block(connection)
                }
            }
        }
    }

    /**
     * A mark of everything that was committed before. A read `after` it sees that on every member. Asks the primary.
     *
     * @throws dev.rockpool.PoolException like [JdbcPool.withConnection]
     */
    @JvmSynthetic public suspend fun mark(): Mark = withConnection { ClusterDataSource.markOf(it) }

    /**
     * Closes all pools of the cluster. New and waiting callers fail at once. Leases that last longer than [grace] are
     * aborted. Returns when everything has ended.
     */
    @JvmSynthetic
    public suspend fun close(grace: Duration = Pool.DEFAULT_GRACE) {
        withContext(CLOSING) { pools.close(grace.toJavaDuration()) }
    }

    @get:JvmSynthetic
    internal val acquireTimeout: Duration?
        get() = pools.writer().control.config.acquireTimeout

    /** Runs a call of batched queries. The first of the pools that it gets is to be used. */
    @JvmSynthetic
    internal suspend fun <R> read(timeout: Duration?, call: suspend (List<Choice>, Long) -> R): R =
        routed(Target.PREFER_STANDBY, null, timeout) { among, left, _ -> call(among, left.orNever()) }

    private suspend inline fun <R> routed(
        target: Target,
        after: Mark?,
        timeout: Duration?,
        call: (List<Choice>, Duration?, ClusterRouting) -> R,
    ): R {
        val routing = ClusterRouting(pools, target, after, timeout.orNever())
        while (true) {
            val change = routing.change()
            val among = routing.choose()
            if (among.isEmpty()) {
                // A copy, because a caller that gives up cancels what it waits for.
                withTimeoutOrNull(routing.left().nanoseconds) { change.copy().await() ?: Unit }
                    ?: throw routing.timedOut()
                continue
            }
            try {
                return call(among, routing.left().orNull(), routing)
            } catch (_: ElsewhereException) {
                // chosen again
            } catch (e: PoolClosedException) {
                if (!routing.mayGoElsewhere()) throw e
            }
        }
    }

    override fun toString(): String = "cluster '$name': $members"

    /** The transaction of this cluster that the coroutine is in. */
    private class InTransactionKey : CoroutineContext.Key<InTransaction>

    /** @property reads those on a standby; null for the primary */
    private class InTransaction(
        key: InTransactionKey,
        private val writer: JdbcPool,
        private val reads: SuspendingTransactions?,
    ) : AbstractCoroutineContextElement(key) {
        suspend fun <R> run(
            options: TransactionOptions,
            timeout: Duration?,
            block: suspend TransactionScope.(Connection) -> R,
        ): R =
            if (reads != null) reads.run(options, timeout, block)
            else
                writer.transaction(options.isolation, options.readOnly, timeout, options.retry, options.priority, block)
    }

    public companion object {
        /** The name of the pool of the primary in [controls]: "primary". */
        public const val PRIMARY: String = "primary"

        private const val EVENTS = 64
        private const val CLOSERS = 8
        private val CLOSING by lazy { PoolThreads.atMost(CLOSERS) }

        /** For Java. */
        @JvmStatic public fun builder(): ClusterBuilder = ClusterBuilder()

        /**
         * Creates a cluster with these settings, and starts to ask its members in the background:
         * ```
         * JdbcCluster("orders") {
         *     pools { username = "app"; password = secret }
         *     member { url = "jdbc:postgresql://db-1/orders" }
         *     member { url = "jdbc:postgresql://db-2/orders" }
         * }
         * ```
         *
         * @throws dev.rockpool.InvalidConfigException with all problems of the settings
         */
        @JvmSynthetic
        public operator fun invoke(name: String, settings: ClusterBuilder.() -> Unit): JdbcCluster =
            builder().name(name).apply(settings).build()

        @JvmSynthetic internal fun of(builder: ClusterBuilder): JdbcCluster = JdbcCluster(poolsOf(builder))

        private fun poolsOf(builder: ClusterBuilder) =
            ClusterPools(
                builder.name,
                builder.servers(),
                builder.maxLag.toJavaDuration(),
                { source, look -> builder.primaryConfig(source, look) },
                { member, look -> builder.standbyConfig(member, look) },
            )
    }
}
