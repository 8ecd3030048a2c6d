package dev.rockpool.internal.balance

import dev.rockpool.Balance
import dev.rockpool.BalancedPool
import dev.rockpool.CloseReason
import dev.rockpool.Lease
import dev.rockpool.Pool
import dev.rockpool.PoolClosedException
import dev.rockpool.PoolConfig
import dev.rockpool.PoolControl
import dev.rockpool.PoolStats
import dev.rockpool.Priority
import dev.rockpool.internal.base.PoolThreads
import dev.rockpool.internal.base.orNever
import dev.rockpool.internal.base.orNull
import dev.rockpool.internal.core.slot.Holder
import dev.rockpool.internal.core.slot.Slot
import dev.rockpool.internal.engine.Engine
import dev.rockpool.internal.engine.EnginePool
import dev.rockpool.internal.engine.LendingPool
import dev.rockpool.internal.engine.acquire.awaitOnThread
import java.util.Collections
import java.util.concurrent.CompletableFuture
import java.util.function.DoubleSupplier
import kotlin.coroutines.coroutineContext
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.toJavaDuration
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancel
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.SharingStarted
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.combine
import kotlinx.coroutines.flow.stateIn
import kotlinx.coroutines.future.await
import kotlinx.coroutines.future.future

/** The [BalancedPool] of engines. */
public class EngineBalancedPool<C : Any>
internal constructor(
    name: String,
    private val pools: List<EnginePool<C>>,
    weights: IntArray,
    balance: Balance,
    timeout: Duration?,
    rampUp: Duration,
    random: DoubleSupplier,
) : BalancedPool<C>, LendingPool<C> {
    private val engines: List<Engine<C>> = pools.map { it.engine }

    /** Leases slots rather than leases, for features that make their own. */
    public val balancer: Balancer<C> = Balancer(name, engines, weights, balance, rampUp, random)
    private val scope = engines[0].scopeForCallers()
    private val leasing = MemberLeasing<C, Lease<C>> { member, slot, ticket -> engines[member].lease(slot, ticket) }
    private val isHooked = engines.any { it.isHooked }
    @Volatile private var latestConfig = configOf(name, timeout)

    override val members: List<Pool<C>> = Collections.unmodifiableList(pools)

    /** Built again only after a member has changed its size, because each call reads the timeout in it. */
    override val config: PoolConfig
        get() {
            val latest = latestConfig
            if (latest.maxSize == maxSize() && latest.minIdle == minIdle()) return latest
            return configOf(latest.name, latest.acquireTimeout).also { latestConfig = it }
        }

    private fun maxSize() = engines.sumOf { it.config.maxSize }

    private fun minIdle() = engines.sumOf { it.config.minIdle }

    private fun configOf(name: String, timeout: Duration?) = PoolConfig {
        this.name = name
        acquireTimeout = timeout
        maxSize = maxSize()
        minIdle = minIdle()
    }

    override val acquireTimeout: Long = timeout.orNever()

    override val control: PoolControl = BalancedControl(this, engines, scope)

    override val stats: StateFlow<PoolStats> by lazy {
        combine(engines.map { it.stats }) { snapshot() }.stateIn(scope, SharingStarted.Eagerly, snapshot())
    }

    override fun membersOut(): List<Pool<C>> = members.filterIndexed { index, _ -> isOut(index) }

    /** Whether the member with this number gets no calls now. */
    public fun isOut(member: Int): Boolean = balancer.out() and (1L shl member) != 0L

    override fun snapshot(): PoolStats = balancer.snapshot()

    override suspend fun acquire(timeout: Duration?, priority: Priority): Lease<C> {
        val job = coroutineContext[Job]
        job?.ensureActive()
        if (isHooked) return acquireHooked(timeout, priority)
        return balancer.tryAcquire(job ?: Holder.UNKNOWN, leasing) ?: balancer.await(timeout, priority, leasing)
    }

    /** As in a pool with hooks: a connection that cannot be prepared is discarded, and another one is tried. */
    private suspend fun acquireHooked(timeout: Duration?, priority: Priority): Lease<C> {
        val attempts = engines[0].prepareAttempts(timeout.orNever())
        val holder = coroutineContext[Job] ?: Holder.UNKNOWN
        var member = 0
        val chosen = MemberLeasing<C, Slot<C>> { index, slot, _ -> slot.also { member = index } }
        while (true) {
            val slot = balancer.tryAcquire(holder, chosen) ?: balancer.await(attempts.left().orNull(), priority, chosen)
            val engine = engines[member]
            val ticket = slot.ticket()
            val left = if (timeout == null || timeout.isPositive()) attempts.left().nanoseconds else Duration.INFINITE
            val failure = engine.hooked?.prepare(slot, ticket, left) ?: return engine.lease(slot, ticket)
            engine.discard(slot, ticket, CloseReason.HOOK_FAILED, "it could not be prepared: $failure")
            attempts.failed(failure)
        }
    }

    override fun tryAcquire(): Lease<C>? = tryAcquire(Holder.UNKNOWN)

    override fun tryAcquire(holder: Any): Lease<C>? {
        val lease = if (engines.none { it.isTagged }) balancer.tryAcquire(holder, leasing) else null
        if (lease != null) return lease
        for (pool in pools) if (!pool.engine.isClosed)
            pool.tryAcquire(holder)?.let {
                return it
            }
        if (engines.all { it.isClosed }) throw PoolClosedException(balancer.name)
        return null
    }

    override fun acquireOnThread(timeout: Long, priority: Priority): Lease<C> {
        if (isHooked) return acquireAsync(timeout, priority).awaitOnThread()
        return balancer.tryAcquire(Thread.currentThread(), leasing)
            ?: balancer.awaitOnThread(timeout, priority, leasing)
    }

    override fun acquireAsync(timeout: Long, priority: Priority): CompletableFuture<Lease<C>> =
        if (isHooked) acquireHookedAsync(timeout, priority)
        else balancer.acquireAsync(timeout, priority, leasing, Lease<C>::close)

    private fun acquireHookedAsync(timeout: Long, priority: Priority): CompletableFuture<Lease<C>> {
        val future = CompletableFuture<Lease<C>>()
        val acquiring = scope.future { acquireHooked(timeout.orNull(), priority) }
        acquiring.whenComplete { lease, error ->
            if (error != null) future.completeExceptionally(error) else if (!future.complete(lease)) lease.close()
        }
        future.whenComplete { _, _ -> acquiring.cancel(true) } // by its holder; after its own end this does nothing
        return future
    }

    override fun closeAsync(grace: java.time.Duration): CompletableFuture<Void?> {
        balancer.close()
        val all: List<CompletableFuture<Void?>> = engines.map { it.closeAsync(grace) }
        return all.reduce { one, other -> CompletableFuture.allOf(one, other) }.whenComplete { _, _ -> scope.cancel() }
    }

    override suspend fun close(grace: Duration) {
        closeAsync(grace.toJavaDuration()).await()
        if (engines.all { it.runtime.isInRealTime }) PoolThreads.awaitUnneeded()
    }

    override fun toString(): String = snapshot().toString()
}
