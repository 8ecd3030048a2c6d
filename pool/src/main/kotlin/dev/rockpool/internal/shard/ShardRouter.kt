package dev.rockpool.internal.shard

import dev.rockpool.BucketMovingException
import dev.rockpool.InvalidConfigException
import dev.rockpool.PoolClosedException
import dev.rockpool.ReshardPlan
import dev.rockpool.ShardEvent
import dev.rockpool.ShardMap
import dev.rockpool.internal.base.orNever
import dev.rockpool.internal.base.orNull
import java.util.Collections
import java.util.TreeMap
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.TimeUnit
import java.util.concurrent.TimeoutException
import java.util.concurrent.locks.ReentrantLock
import java.util.function.Consumer
import kotlin.concurrent.withLock
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.cancellation.CancellationException
import kotlin.time.Duration
import kotlin.time.TimeMark
import kotlin.time.TimeSource
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.future.await
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull

/**
 * Finds the member for each call of a sharded pool. [Resharding] carries out plans. Serves coroutines and threads.
 * Internal, and public only for features.
 *
 * An element of the coroutine's context, or a ThreadLocal, tells whether a call is inside another one.
 *
 * @param M a pool of one shard
 * @param members the pool of each shard; the map may have no other shard
 * @param sweep called every 100 ms while a plan waits for calls; ends those whose end was not reported
 */
public class ShardRouter<M : Any>(
    public val name: String,
    map: ShardMap,
    members: Map<String, M>,
    private val clock: TimeSource = TimeSource.Monotonic,
    sweep: () -> Unit = {},
) {
    private val gate = ShardGate(map)
    private val members = ConcurrentHashMap(checked(map, members))
    private val plans = Resharding(name, gate, clock, sweep, ::begin)
    private val changing = ReentrantLock()
    private val key = object : CoroutineContext.Key<Inside> {}
    private val ofThread = ThreadLocal<ShardVisit>()

    @Volatile private var isClosed = false

    public val map: ShardMap
        get() = gate.map()

    public val resharding: ReshardPlan?
        get() = gate.running()?.plan()

    /** A view of all members. */
    public val all: Map<String, M>
        get() = Collections.unmodifiableMap(TreeMap(members))

    private fun checked(map: ShardMap, members: Map<String, M>): Map<String, M> {
        val problems =
            map.shards.filter { it !in members }.map { "shard '$it' has buckets but no pool; add one" } +
                members.keys.filter { it.isBlank() }.map { "the name of a shard is '$it' but must be a text" }
        if (problems.isNotEmpty()) throw InvalidConfigException(name, problems)
        return members
    }

    public fun member(shard: String): M =
        members[shard]
            ?: throw IllegalArgumentException("pool '$name' has no shard '$shard'; its shards are ${all.keys}")

    public fun add(shard: String, member: M) {
        require(shard.isNotBlank()) { "pool '$name': the name of a shard is '$shard' but must be a text" }
        require(members.putIfAbsent(shard, member) == null) { "pool '$name' has a shard '$shard' already" }
    }

    public fun remove(shard: String): M =
        changing.withLock {
            val member = member(shard)
            checkUnused(shard)
            members.remove(shard)
            member
        }

    private fun checkUnused(shard: String) {
        check(resharding == null) {
            "pool '$name' is being resharded, so shard '$shard' cannot be removed. Try: wait for the end of the plan"
        }
        check(shard !in map.shards) {
            "shard '$shard' of pool '$name' has ${map.bucketsOf(shard).size} buckets. Try: move them by a plan first"
        }
    }

    /**
     * Runs [call] with the member that has this bucket, and with what is left of the [timeout].
     *
     * An exception is passed as a value, because a thrown one may be copied.
     */
    public suspend fun <R> routed(bucket: Int, timeout: Duration?, call: suspend (M, Duration?) -> R): R {
        val context = currentCoroutineContext()
        context.ensureActive()
        val start = clock.markNow()
        val visit = enter(bucket, timeout, start, context[key]?.visit)
        var reached: Result<R>? = null
        try {
            withContext(Inside(key, visit)) {
                reached = runCatching { call(member(visit.shard()), left(timeout, start)) }
            }
        } catch (e: CancellationException) {
            throw reached?.exceptionOrNull() ?: e
        } finally {
            visit.end()
        }
        return checkNotNull(reached).getOrThrow()
    }

    private suspend fun enter(bucket: Int, timeout: Duration?, start: TimeMark, outer: ShardVisit?): ShardVisit {
        while (true) {
            enterNow(bucket, outer)?.let {
                return it
            }
            val running = gate.running() ?: continue
            val end = running.end()
            if (isClosed) throw PoolClosedException(name)
            val left = left(timeout, start)
            if (left == null) end.await()
            else withTimeoutOrNull(left) { end.await() ?: Unit } ?: throw late(bucket, start)
        }
    }

    private fun late(bucket: Int, start: TimeMark) = BucketMovingException(name, bucket, start.elapsedNow())

    /** Null if the bucket moves. */
    private fun enterNow(bucket: Int, outer: ShardVisit?): ShardVisit? {
        if (isClosed) throw PoolClosedException(name)
        val visit = gate.tryEnter(bucket, outer) ?: return null
        if (outer == null || outer.shard() == visit.shard()) return visit
        visit.end()
        error(
            "pool '$name': the key belongs to shard '${visit.shard()}', but the call is inside one of shard " +
                "'${outer.shard()}'. A transaction cannot use two shards. Try: end the outer call first."
        )
    }

    /**
     * Begins a call of this thread. The caller ends it.
     *
     * @param timeout in nanoseconds; `Long.MAX_VALUE` for no limit
     * @throws InterruptedException if the thread is interrupted while the bucket moves
     */
    @Throws(InterruptedException::class)
    public fun enterOnThread(bucket: Int, timeout: Long): ShardVisit {
        val start = clock.markNow()
        while (true) {
            enterNow(bucket, ofThread.get())?.let {
                return it
            }
            val end = gate.running()?.end() ?: continue
            if (isClosed) throw PoolClosedException(name)
            try {
                end.get(left(timeout.orNull(), start).orNever(), TimeUnit.NANOSECONDS)
            } catch (_: TimeoutException) {
                throw late(bucket, start)
            } finally {
                end.cancel(false) // forgets a caller that has given up
            }
        }
    }

    /** Calls that this thread begins from now on are inside [visit]. Returns what they were inside before. */
    public fun inside(visit: ShardVisit?): ShardVisit? {
        val before = ofThread.get()
        if (visit == null) ofThread.remove() else ofThread.set(visit)
        return before
    }

    /** Sends events of plans until the result is closed. */
    public fun addListener(listener: Consumer<ShardEvent>): AutoCloseable = plans.addListener(listener)

    /** Carries out a plan, as [dev.rockpool.ShardedPool.reshard] describes. */
    public suspend fun reshard(plan: ReshardPlan, drainTimeout: Duration?, copy: suspend (ReshardPlan) -> Unit): Unit =
        plans.carryOut(plan, drainTimeout, copy)

    /**
     * The same on this thread. Throws what [copy] throws, too.
     *
     * @throws InterruptedException if the thread is interrupted while it waits for calls
     */
    @Throws(InterruptedException::class)
    public fun reshardOnThread(plan: ReshardPlan, drainTimeout: Long, copy: DataCopy<*>): Unit =
        plans.carryOutOnThread(plan, drainTimeout, copy)

    private fun begin(plan: ReshardPlan): RunningReshard {
        if (isClosed) throw PoolClosedException(name)
        return changing.withLock { // so that no shard of the plan is removed meanwhile
            val missing = plan.after.shards.filterNot { members.containsKey(it) }
            require(missing.isEmpty()) {
                "pool '$name': the plan moves buckets to $missing, which have no pool. Try: add the shards first"
            }
            gate.begin(name, plan)
        }
    }

    /** Fails callers from now on, also those that wait for a plan. */
    public fun close() {
        isClosed = true
        gate.running()?.release()
    }

    override fun toString(): String = "sharded pool '$name': $map"

    private class Inside(key: CoroutineContext.Key<Inside>, val visit: ShardVisit) :
        AbstractCoroutineContextElement(key)
}
