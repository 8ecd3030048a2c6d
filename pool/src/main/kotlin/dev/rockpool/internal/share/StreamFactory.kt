package dev.rockpool.internal.share

import dev.rockpool.AcquireTimeoutException
import dev.rockpool.ConnectFailedException
import dev.rockpool.ConnectFailure
import dev.rockpool.ConnectionFactory
import dev.rockpool.PoolClosedException
import dev.rockpool.PoolExhaustedException
import dev.rockpool.ReturnState
import dev.rockpool.internal.core.slot.Slot
import dev.rockpool.internal.engine.runtime.SlotListener
import java.util.concurrent.TimeoutException
import kotlinx.coroutines.future.await

/** Opens streams: a stream is a place on a carrier, and is lent as the carrier's connection. */
internal class StreamFactory<C : Any>(private val carriers: Carriers<C>) : ConnectionFactory<C>, SlotListener<C> {
    private lateinit var leasing: CarrierLeasing<C>
    private val probes = CarrierProbes<C>()

    /** Called once, before the first stream, because both need each other. */
    fun wire(leasing: CarrierLeasing<C>) {
        this.leasing = leasing
    }

    override suspend fun open(): C {
        val opening = Opening<C>()
        leasing.run(carriers.open(opening))
        try {
            return opening.await()
        } catch (e: Throwable) {
            leasing.run(carriers.leave(opening))
            throw e
        }
    }

    override suspend fun close(connection: C): Unit = leasing.run(carriers.closed(connection))

    override fun abort(connection: C): Unit = leasing.run(carriers.aborted(connection))

    /** Callers that wait for several streams of a carrier share one probe. */
    override suspend fun probe(connection: C): Boolean {
        val carrier = carriers.find(connection) ?: return false
        return probes.probe(carrier)
    }

    /** What a caller left behind matters only once the carrier is given back, because others use it. */
    override fun inspect(connection: C): ReturnState {
        val carrier = carriers.find(connection) ?: return ReturnState.BROKEN
        leasing.look(carrier)
        val state = carrier.base.engine.connector.inspect(connection)
        return if (state == ReturnState.BROKEN) state else ReturnState.CLEAN
    }

    override fun arriving(slot: Slot<C>, connection: C): Unit = carriers.arrived(connection, slot)

    override fun closing(slot: Slot<C>): Unit =
        leasing.run(carriers.closing(slot.connection(), slot, slot.closeReason()))

    override fun classify(error: Throwable): ConnectFailure =
        when (error) {
            is PoolClosedException -> ConnectFailure.PERMANENT
            is ConnectFailedException -> error.failure
            is AcquireTimeoutException -> if (error.cause == null) ConnectFailure.FULL else ConnectFailure.TRANSIENT
            is PoolExhaustedException,
            is TimeoutException -> ConnectFailure.FULL
            else -> ConnectFailure.TRANSIENT
        }
}
