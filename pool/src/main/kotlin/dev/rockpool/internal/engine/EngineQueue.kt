package dev.rockpool.internal.engine

import dev.rockpool.Priority
import dev.rockpool.internal.core.queue.Demand
import dev.rockpool.internal.core.slot.Preference
import dev.rockpool.internal.core.slot.Slot
import dev.rockpool.internal.engine.acquire.AcquireQueue
import dev.rockpool.internal.engine.acquire.Leasing
import dev.rockpool.internal.engine.acquire.ThreadAcquire
import kotlin.time.Duration

/**
 * Leases slots of an engine to callers that ask for more than any connection: a quota, a preference, or both. Internal,
 * and public only for features: it may change in any release.
 */
public class EngineQueue<C : Any>
internal constructor(private val engine: Engine<C>, private val queue: AcquireQueue<C>) {
    /** The same callers, with a preference for some idle connections. */
    public fun preferring(preference: Preference<C>): EngineQueue<C> =
        EngineQueue(engine, queue.of(Demand(queue.demand?.callers, preference)))

    /** Leases a slot to this holder, or returns null. Never waits. */
    public fun tryAcquire(holder: Any): Slot<C>? = queue.tryLend(holder)

    /** Waits for a slot. */
    public suspend fun await(timeout: Duration?, priority: Priority): Slot<C> =
        queue.await(timeout, priority) { slot, _ -> slot }

    /** Waits for a slot, and returns what [leasing] makes of it. */
    internal suspend fun <T> await(timeout: Duration?, priority: Priority, leasing: Leasing<C, T>): T =
        queue.await(timeout, priority, leasing)

    /** Leases a slot to this thread, waiting if necessary. */
    @Throws(InterruptedException::class)
    public fun acquire(timeout: Long, priority: Priority): Slot<C> =
        ThreadAcquire.acquireOnDemand(queue, timeout, priority)
}
