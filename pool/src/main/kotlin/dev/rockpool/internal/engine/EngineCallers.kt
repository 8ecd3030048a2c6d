package dev.rockpool.internal.engine

import dev.rockpool.CallerQuota
import dev.rockpool.InvalidConfigException
import dev.rockpool.Lease
import dev.rockpool.PoolConfig
import dev.rockpool.Priority
import dev.rockpool.internal.base.orNull
import dev.rockpool.internal.core.lending.PoolState
import dev.rockpool.internal.core.queue.CallerClass
import dev.rockpool.internal.core.queue.Demand
import dev.rockpool.internal.core.slot.Slot
import dev.rockpool.internal.engine.acquire.AcquireQueue
import dev.rockpool.internal.engine.acquire.FutureAcquire
import dev.rockpool.internal.engine.acquire.HookedAcquire
import dev.rockpool.internal.engine.acquire.Leasing
import dev.rockpool.internal.engine.report.CallerQuotas
import java.util.concurrent.CompletableFuture
import kotlin.time.Duration

/**
 * One class of callers of an [Engine], which share a quota. It leases like the engine. Internal, and public only for
 * features: it may change in any release.
 */
public class EngineCallers<C : Any>
private constructor(
    private val engine: Engine<C>,
    private val callers: CallerClass,
    private val queue: AcquireQueue<C>,
) {
    private val runtime = engine.runtime
    private val classes = runtime.state().callers()
    private val leasing = Leasing<C, Lease<C>> { slot, ticket -> engine.lease(slot, ticket) }
    private val hooked = engine.hooked?.of(callers, null)

    /** Leases slots within the quota. */
    public val slots: EngineQueue<C> = EngineQueue(engine, queue)

    /** The name of these callers. */
    public val name: String
        get() = callers.name()

    /** Their limits, and what they use now. */
    public fun quota(): CallerQuota = CallerQuotas.of(runtime, callers)

    /** Changes their limits. */
    public fun limit(max: Int, reserved: Int) {
        val problems = mutableListOf<String>()
        classes.limit(callers, max, reserved, engine.config.maxSize, problems)
        if (problems.isNotEmpty()) throw InvalidConfigException(engine.name, problems)
        engine.slots.run(classes.changed())
    }

    /** Leases a slot that is prepared already, even a stale one, or returns null. Never waits. */
    public fun tryAcquireEvenIfStale(holder: Any): Slot<C>? =
        if (hooked != null && engine.isTagged) hooked.tryAcquire(holder) else queue.tryLendEvenIfStale(holder)

    /** Leases a slot from a pool with hooks, whose connection is prepared. */
    internal suspend fun acquireHooked(timeout: Duration?, priority: Priority): Slot<C>? =
        hooked?.acquire(timeout, priority)

    /** The same callers with a tag. Null if the pool knows no tags. */
    internal fun tagged(tag: Any?): HookedAcquire<C>? = if (engine.isTagged) engine.hooked?.of(callers, tag) else null

    /** Leases a connection to a caller that holds a future. */
    public fun acquireAsync(timeout: Long, priority: Priority): CompletableFuture<Lease<C>> =
        hooked?.acquireAsync(timeout.orNull(), priority) ?: FutureAcquire.acquire(queue, leasing, timeout, priority)

    internal companion object {
        fun <C : Any> create(engine: Engine<C>, queue: AcquireQueue<C>, name: String, max: Int, reserved: Int) =
            mutableListOf<String>().let { problems ->
                val state = engine.runtime.state()
                val callers = state.callers().getOrCreate(name, max, reserved, engine.config.maxSize, problems)
                if (problems.isNotEmpty()) throw InvalidConfigException(engine.name, problems)
                EngineCallers(engine, callers, queue.of(Demand(callers, null)))
            }

        /** @throws InvalidConfigException if the pool would have fewer places than are reserved */
        fun checkSize(next: PoolConfig, state: PoolState<*>) {
            val reserved = state.reserved()
            if (next.maxSize >= reserved) return
            val problem = "maxSize is ${next.maxSize} but must be at least $reserved, which is reserved for callers"
            throw InvalidConfigException(next.name, listOf(problem))
        }
    }
}
