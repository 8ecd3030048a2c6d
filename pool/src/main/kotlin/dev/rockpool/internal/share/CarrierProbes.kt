package dev.rockpool.internal.share

import java.util.IdentityHashMap
import kotlinx.coroutines.CompletableDeferred

/** Probes carriers. While a carrier is being probed, others wait for that answer. Thread-safe. */
internal class CarrierProbes<C : Any> {
    private val running = IdentityHashMap<Carrier<C>, CompletableDeferred<Boolean>>()

    suspend fun probe(carrier: Carrier<C>): Boolean {
        val own = CompletableDeferred<Boolean>()
        synchronized(running) { running.putIfAbsent(carrier, own) }
            ?.let {
                return it.await()
            }
        try {
            own.complete(carrier.base.factory.probe(carrier.connection()))
        } catch (e: Throwable) { // those that wait share the failure
            own.completeExceptionally(e)
        } finally {
            synchronized(running) { running.remove(carrier) }
        }
        return own.await()
    }
}
