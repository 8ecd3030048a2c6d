package dev.rockpool.internal.engine.runtime

import dev.rockpool.PoolEvent
import dev.rockpool.PoolListener
import dev.rockpool.internal.base.PoolThreads
import dev.rockpool.internal.base.logWarn
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.time.Duration
import kotlinx.coroutines.CompletableJob
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.channels.BufferOverflow
import kotlinx.coroutines.flow.MutableSharedFlow
import kotlinx.coroutines.flow.SharedFlow
import kotlinx.coroutines.flow.asSharedFlow
import kotlinx.coroutines.flow.transformWhile
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull

private const val BUFFER = 1024

/**
 * The pool's events. They are sent after the fact, outside every lock, and without waiting for subscribers. Each
 * listener has its own coroutine, and a slow one loses the oldest events.
 *
 * @param ownThreads whether each listener gets a pool thread of its own, so that one that blocks does not delay the
 *   pool
 */
internal class Events(private val pool: String, context: CoroutineContext, private val ownThreads: Boolean) {
    private val scope = CoroutineScope(context + SupervisorJob())

    /** Made for the first subscriber, because most pools have none. */
    private val flow = lazy {
        MutableSharedFlow<PoolEvent>(extraBufferCapacity = BUFFER, onBufferOverflow = BufferOverflow.DROP_OLDEST)
    }

    /** One for each listener. It completes when [end] need not wait for that listener any more. */
    private val awaited = ConcurrentHashMap.newKeySet<CompletableJob>()

    /** The listener that runs on this thread. */
    private val currentListener = ThreadLocal<CompletableJob?>()

    @Volatile private var ended = false

    val all: SharedFlow<PoolEvent>
        get() = flow.value.asSharedFlow()

    /** Sends an event, which is created only if there is a subscriber. */
    inline fun send(event: () -> PoolEvent) {
        if (flow.isInitialized() && flow.value.subscriptionCount.value > 0) flow.value.tryEmit(event())
    }

    /** A listener that is added after the pool was closed receives that event at once. */
    fun add(listener: PoolListener): PoolListener.Registration {
        val knowsTheEnd = AtomicBoolean()
        val self = Job()
        awaited += self
        val listening =
            scope.launch(thread(), CoroutineStart.UNDISPATCHED) {
                flow.value
                    .transformWhile {
                        emit(it)
                        it !is PoolEvent.PoolClosed
                    }
                    .collect {
                        val isNew = it !is PoolEvent.PoolClosed || knowsTheEnd.compareAndSet(false, true)
                        if (isNew) deliver(it, listener, self)
                    }
            }
        listening.invokeOnCompletion {
            self.complete()
            awaited -= self
        }
        if (ended && knowsTheEnd.compareAndSet(false, true)) deliver(PoolEvent.PoolClosed, listener, null)
        return PoolListener.Registration { listening.cancel() }
    }

    private fun thread(): CoroutineContext = if (ownThreads) PoolThreads.atMost(1) else EmptyCoroutineContext

    private fun deliver(event: PoolEvent, listener: PoolListener, self: CompletableJob?) {
        val outer = currentListener.get()
        currentListener.set(self)
        try {
            listener.on(event)
        } catch (e: Throwable) { // Errors too: a listener must not disturb others, and still gets the next event
            logWarn(e) { "pool '$pool': a listener failed on: $event" }
        } finally {
            if (outer == null) currentListener.remove() else currentListener.set(outer)
        }
    }

    /** Called on the thread that closes the pool. A listener waits for [end] then, so [end] does not wait for it. */
    fun closedByThisThread() {
        currentListener.get()?.complete()
    }

    /** Ends the events after the pool is closed. Listeners get pending events, within [limit]. */
    suspend fun end(limit: Duration) {
        ended = true
        send { PoolEvent.PoolClosed }
        withTimeoutOrNull(limit) { awaited.forEach { it.join() } }
        scope.cancel()
    }

    /** Stops all listeners at once. */
    fun cancel() {
        ended = true
        scope.cancel()
    }
}
