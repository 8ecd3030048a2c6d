package dev.rockpool.internal.share

import dev.rockpool.ConnectionFactory
import dev.rockpool.Lease
import dev.rockpool.internal.core.slot.Holder
import dev.rockpool.internal.engine.Engine
import dev.rockpool.internal.engine.EngineLease

/** The lease of a carrier from an engine. */
internal class BaseLease<C : Any>(private val lease: EngineLease<C>) : CarrierLease {
    init {
        lease.slot.grant(lease.ticket, Holder.STREAMS)
    }

    val engine: Engine<C>
        get() = lease.engine

    val factory: ConnectionFactory<C>
        get() = lease.engine.runtime.factory()

    override fun isHeld(): Boolean = lease.isActive

    override fun isRetired(): Boolean = lease.slot.isRetired

    override fun release(): Unit = lease.close()

    override fun evict(reason: String): Unit = lease.evict(reason)
}

internal val <C : Any> Carrier<C>.base: BaseLease<C>
    get() {
        @Suppress("UNCHECKED_CAST") // its lease is one of the pool of its connection
        return lease() as BaseLease<C>
    }

/** The lease of a pool that is an engine, or a view of engines. */
internal fun <C : Any> Lease<C>.ofEngine(): EngineLease<C> = this as EngineLease<C>
