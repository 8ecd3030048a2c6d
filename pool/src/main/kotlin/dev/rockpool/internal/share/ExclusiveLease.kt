package dev.rockpool.internal.share

import dev.rockpool.Lease
import dev.rockpool.ReturnState
import dev.rockpool.internal.engine.EngineLease
import java.util.concurrent.atomic.AtomicBoolean
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

/** A lease of a stream whose carrier has no other. What its holder changed is undone before others use the carrier. */
internal class ExclusiveLease<C : Any>(
    private val lease: EngineLease<C>,
    private val turn: ExclusiveTurn<C>,
    private val carriers: Carriers<C>,
    private val leasing: CarrierLeasing<C>,
    private val scope: CoroutineScope,
) : Lease<C> {
    private val ended = AtomicBoolean()

    override val connection: C
        get() = lease.connection

    override val isActive: Boolean
        get() = !ended.get() && lease.isActive

    override suspend fun release() {
        if (!ended.compareAndSet(false, true)) return
        val carrier = dirty()
        val failure = if (carrier == null) null else withContext(NonCancellable) { reset(carrier) }
        end()
        failure?.let { throw it }
    }

    override fun close() {
        if (!ended.compareAndSet(false, true)) return
        val carrier = dirty() ?: return end()
        scope.launch(start = CoroutineStart.UNDISPATCHED) {
            reset(carrier)
            end()
        }
    }

    override fun evict(reason: String) {
        if (!ended.compareAndSet(false, true)) return
        lease.evict(reason)
        end()
    }

    /** The carrier, if it must be reset. */
    private fun dirty(): Carrier<C>? {
        if (!lease.isActive) return null
        val carrier = carriers.find(lease.connection) ?: return null
        return carrier.takeIf { it.base.engine.connector.inspect(it.connection()) == ReturnState.DIRTY }
    }

    private suspend fun reset(carrier: Carrier<C>): Throwable? {
        val engine = carrier.base.engine
        val failure =
            engine.connector.calls.failureOf("resetting", engine.config.resetTimeout) {
                carrier.base.factory.reset(carrier.connection())
            }
        if (failure != null) leasing.run(carriers.lost(carrier, "it could not be reset: $failure"))
        return failure
    }

    private fun end() {
        leasing.run(carriers.endTurn(turn))
        lease.close()
    }

    override fun toString(): String = "exclusive $lease"
}
