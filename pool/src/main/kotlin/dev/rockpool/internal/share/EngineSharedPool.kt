package dev.rockpool.internal.share

import dev.rockpool.Lease
import dev.rockpool.PoolConfig
import dev.rockpool.Priority
import dev.rockpool.SharedPool
import dev.rockpool.internal.base.orNull
import dev.rockpool.internal.engine.Engine
import dev.rockpool.internal.engine.LendingPool
import java.util.concurrent.CompletableFuture
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds

/** The [SharedPool] of an engine of streams. It lends them as any engine does. */
public class EngineSharedPool<C : Any>
private constructor(
    override val base: LendingPool<C>,
    override val streams: Int,
    internal val engine: Engine<C>,
    private val carriers: Carriers<C>,
    private val leasing: CarrierLeasing<C>,
    own: LendingPool<C>,
) : SharedPool<C>, LendingPool<C> by own {
    private val exclusives = Exclusives(engine, carriers, leasing)

    init {
        engine.ended().whenComplete { _, _ -> leasing.run(carriers.end()) }
    }

    override val carriersInUse: Int
        get() = carriers.all().size

    override suspend fun acquireExclusive(timeout: Duration?, priority: Priority): Lease<C> =
        exclusives.acquire(timeout, priority)

    /** For threads. The timeout is in nanoseconds; `Long.MAX_VALUE` means never. */
    @Throws(InterruptedException::class)
    public fun acquireExclusiveOnThread(timeout: Long, priority: Priority): Lease<C> =
        exclusives.acquireOnThread(timeout.orNull(), priority)

    override fun streamsChanged(connection: C) {
        carriers.find(connection)?.let(leasing::look)
    }

    override fun connectionLost(connection: C, reason: String) {
        carriers.find(connection)?.let { leasing.run(carriers.lost(it, reason)) }
    }

    override suspend fun close(grace: Duration) {
        val began = engine.now()
        engine.pool.close(grace)
        base.close((grace - (engine.now() - began).nanoseconds).coerceAtLeast(Duration.ZERO))
    }

    override fun closeAsync(grace: java.time.Duration): CompletableFuture<Void?> {
        val began = engine.now()
        return engine.closeAsync(grace).thenCompose {
            val left = grace.minusNanos(engine.now() - began)
            base.closeAsync(if (left.isNegative) java.time.Duration.ZERO else left)
        }
    }

    override fun toString(): String = engine.pool.toString()

    internal companion object {
        fun <C : Any> start(
            base: LendingPool<C>,
            host: Engine<C>,
            streams: Int,
            limit: (C) -> Int,
            config: PoolConfig,
        ): EngineSharedPool<C> {
            val carriers = Carriers<C>(streams)
            val factory = StreamFactory(carriers)
            val engine = Engine(config, factory, null, host.home, host.timeSource)
            val leasing = CarrierLeasing(base, engine, carriers, limit)
            factory.wire(leasing)
            engine.start()
            @Suppress("UNCHECKED_CAST") // the pool of an engine is an EnginePool
            return EngineSharedPool(base, streams, engine, carriers, leasing, engine.pool as LendingPool<C>)
        }
    }
}
