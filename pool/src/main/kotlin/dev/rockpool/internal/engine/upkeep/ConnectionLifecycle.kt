package dev.rockpool.internal.engine.upkeep

import dev.rockpool.CloseReason
import dev.rockpool.ConnectionHooks
import dev.rockpool.PoolEvent
import dev.rockpool.ProbeResult
import dev.rockpool.ReturnState
import dev.rockpool.internal.base.NonBlocking
import dev.rockpool.internal.base.logDebug
import dev.rockpool.internal.base.logWarn
import dev.rockpool.internal.core.slot.Holder
import dev.rockpool.internal.core.slot.Phase
import dev.rockpool.internal.core.slot.Slot
import dev.rockpool.internal.core.upkeep.FreezeDetector
import dev.rockpool.internal.engine.acquire.AcquireQueue
import dev.rockpool.internal.engine.acquire.withProbeLease
import dev.rockpool.internal.engine.report.ClosedConnections
import dev.rockpool.internal.engine.report.DEAD
import dev.rockpool.internal.engine.report.Health
import dev.rockpool.internal.engine.runtime.BoundedCalls
import dev.rockpool.internal.engine.runtime.ConnectWatcher
import dev.rockpool.internal.engine.runtime.PoolRuntime
import dev.rockpool.internal.engine.runtime.SlotCalls
import dev.rockpool.readable
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull

/**
 * Opens, probes, restores and closes connections: all slow calls of the factory, each in a coroutine of the pool, with
 * its own time limit. If there is no thread for one, no slot is lost, because the keeper retries.
 */
internal class ConnectionLifecycle<C : Any>(
    private val runtime: PoolRuntime<C>,
    private val health: Health,
    private val queue: AcquireQueue<C>,
    val calls: BoundedCalls,
    context: CoroutineContext,
) : SlotCalls<C> {
    private val factory = runtime.factory()
    private val listener = runtime.slotListener()
    private val config
        get() = runtime.config()

    /**
     * The context of probes. With a non-blocking factory they start on the requesting thread and finish on the one
     * where the call ends, because a caller waits and should not also wait for threads to wake up.
     */
    private val probing = if (factory is NonBlocking) Dispatchers.Unconfined else EmptyCoroutineContext
    private val soon = if (factory is NonBlocking) CoroutineStart.UNDISPATCHED else CoroutineStart.DEFAULT
    private val job = SupervisorJob()
    private val scope = CoroutineScope(context + job + BoundedCalls.WITHOUT_THREADS)
    val history = ClosedConnections { runtime.now() }
    val freezes = FreezeDetector()
    private val peeking = Peeking(runtime, freezes)
    private val opener = Opener(runtime, health, calls, peeking, context, job)

    /** Is told of failed connects, until the result is closed. */
    fun watchConnects(watcher: ConnectWatcher): AutoCloseable = opener.watch.add(watcher)

    /** Opens a connection for a slot that is OPENING. */
    fun open(slot: Slot<C>): Unit = opener.open(slot)

    /** Probes the connection of a PROBING slot and decides about the slot. */
    fun startProbe(slot: Slot<C>): Deferred<ProbeResult> =
        try {
            val connection = slot.connection()
            scope.async(probing, soon) { runProbe(slot, connection) }
        } catch (e: Throwable) {
            CompletableDeferred(probeSkipped(slot, e))
        }

    override fun probe(slot: Slot<C>) {
        startProbe(slot)
    }

    override fun peek(slot: Slot<C>) {
        val slots = runtime.slots()
        if (peeking.isAlive(slot) && slot.peekSucceeded()) {
            slots.offer(slot)
            if (runtime.state().run { isClosed || waiting() > 0 }) slots.wakeKeeper()
        } else {
            probe(slot)
            slots.wakeKeeper()
        }
    }

    private suspend fun runProbe(slot: Slot<C>, connection: C): ProbeResult {
        val began = runtime.now()
        var alive = false
        val failure =
            calls.failureOf("probing", config.probeTimeout, probing, soon) {
                alive =
                    slot.phase() == Phase.PROBING &&
                        factory.probe(connection) // the slot was seized if the pool was closed meanwhile
            }
        if (failure is VirtualMachineError) return probeSkipped(slot, failure)
        val error = if (alive) failure else failure ?: ProbeException("the probe found it dead")
        val now = runtime.now()
        if (error == null) health.succeeded(began) else health.failed(began, error)
        runtime.tracing()?.probed(slot.number(), now - began, error)
        if (error == null && slot.probeSucceeded(now, now - began)) {
            runtime.slots().offer(slot)
        } else {
            val reason = if (error == null) "retired while it was probed" else "$DEAD: $error"
            if (slot.seizeProbe(if (error == null) slot.whyRetired() else CloseReason.DEAD, reason)) close(slot)
            if (error != null) runtime.slots().markAllStale()
        }
        runtime.slots().wakeKeeper()
        return ProbeResult(error == null, (now - began).nanoseconds, error, Duration.ZERO)
    }

    /**
     * Handles a probe without thread or memory, which says nothing about the connection. The keeper retries at its next
     * look.
     */
    private fun probeSkipped(slot: Slot<C>, why: Throwable): ProbeResult {
        logWarn { "pool '${config.name}': connection ${slot.number()} could not be probed: $why" }
        if (!slot.probeSkipped() && slot.seizeProbe(slot.whyRetired(), "retired while it was probed")) close(slot)
        return ProbeResult(false, Duration.ZERO, why, Duration.ZERO)
    }

    /**
     * Asks the server through a connection of the pool, which is closed if that fails. Returns null if there was none
     * or it failed.
     */
    suspend fun <R> throughLease(wait: Duration, question: suspend (C) -> R): R? =
        queue.withProbeLease(wait) { slot, ticket ->
            val answer = calls.answerOf("asking", config.probeTimeout) { question(slot.connection()) }
            val failure = answer.exceptionOrNull()
            if (failure != null) runtime.slots().discardDead(slot, ticket, CloseReason.DEAD, "$DEAD: $failure")
            answer.getOrNull()
        }

    /** Asks the server through a connection opened just for this question. */
    suspend fun <R> throughExtra(question: suspend (C) -> R): R? = opener.withExtra(question)

    /**
     * Restores the connection for its next user. Returns the failure, or null.
     *
     * @param caller the context of the hook; null for the pool's own context
     */
    private suspend fun restore(connection: C, dirty: Boolean, caller: CoroutineContext?): Throwable? =
        withContext(NonCancellable) {
            val failure =
                if (dirty) calls.failureOf("resetting", config.resetTimeout) { factory.reset(connection) } else null
            val hooks: ConnectionHooks<C>? = runtime.hooks()
            if (failure != null || hooks == null) failure
            else calls.failureFor(caller, "the hook", config.resetTimeout) { hooks.afterReturn(connection) }
        }

    /** The factory's state of a returned connection. */
    fun inspect(connection: C): ReturnState =
        try {
            factory.inspect(connection)
        } catch (e: Throwable) { // Errors too: the lease must end
            logWarn(e) { "pool '${runtime.name()}': inspecting a returned connection failed; it is closed" }
            ReturnState.BROKEN
        }

    /**
     * Restores the connection within its own time limit, then ends the lease. Returns null if that succeeded; otherwise
     * the connection is closed, and the failure is returned. Does nothing if the lease was ended meanwhile.
     */
    suspend fun restoreAndRelease(slot: Slot<C>, ticket: Long, dirty: Boolean, caller: CoroutineContext?): Throwable? {
        val connection = slot.connectionOf(ticket) ?: return null
        val failure = restore(connection, dirty, caller)
        if (failure == null) runtime.slots().release(slot, ticket)
        else runtime.slots().discard(slot, ticket, CloseReason.RESET_FAILED, "it could not be restored: $failure")
        return failure
    }

    /** Restores a lease in the background, after it has ended for its holder. */
    fun restoreLater(slot: Slot<C>, ticket: Long, dirty: Boolean) {
        slot.passOn(ticket, Holder.RESET) // the caller is done with it
        try {
            scope.launch { restoreAndRelease(slot, ticket, dirty, null) }
        } catch (e: Throwable) {
            runtime.slots().discard(slot, ticket, CloseReason.RESET_FAILED, "it could not be restored: $e")
        }
    }

    /** Closes the connection of a CLOSING slot, and then empties the slot. */
    override fun close(slot: Slot<C>) {
        listener?.closing(slot)
        if (!startClose(slot)) runtime.slots().wakeKeeper()
    }

    /** Retries closes that could not be started. Returns true if some are still left. */
    fun closeUnattended(): Boolean {
        var left = false
        for (slot in runtime.state().slots().all()) if (slot.attend() && !startClose(slot)) left = true
        return left
    }

    private fun startClose(slot: Slot<C>): Boolean =
        try {
            scope.launch { closeNow(slot) }
            true
        } catch (e: Throwable) {
            logWarn { "pool '${config.name}': connection ${slot.number()} cannot be closed yet: $e" }
            slot.unattended()
            false
        }

    private suspend fun closeNow(slot: Slot<C>) {
        val number = slot.number()
        val kind = slot.closeReason()
        val reason = slot.reason()
        val age = (runtime.now() - slot.openedAt()).nanoseconds
        logDebug { "pool '${config.name}': connection $number is closed after ${age.readable()}: $reason" }
        val connection = slot.connection() // read now, because the slot may hold another one when the call begins
        try {
            val failure =
                calls.failureOf("closing", config.closeTimeout, start = BoundedCalls.ALWAYS) {
                    factory.close(connection)
                }
            if (failure != null) logDebug { "pool '${config.name}': closing connection $number failed: $failure" }
        } finally { // even if cancelled or failed, so that no slot stays behind
            closed(slot, number, kind, reason, age)
        }
    }

    private fun closed(slot: Slot<C>, number: Long, kind: CloseReason, reason: String, age: Duration) {
        if (slot.phase() != Phase.CLOSING) return // abandoned because the pool is closed
        runtime.slots().closed(slot)
        runtime.counters().closed(kind)
        runtime.times().closed(runtime.now(), age.inWholeNanoseconds)
        history.closed(number, kind, reason, age)
        runtime.events().send { PoolEvent.Closed(number, kind, reason, age) }
        runtime.slots().wakeKeeper()
    }

    /** Aborts the connection of a slot that was seized from its holder, and closes it. */
    override fun abort(slot: Slot<C>) {
        try {
            factory.abort(slot.connection())
        } catch (e: Throwable) {
            logWarn(e) { "pool '${config.name}': aborting connection ${slot.number()} failed; it is closed" }
        }
        close(slot)
    }

    /** Aborts all running probes, because the pool is closed and the grace is over. */
    fun abortProbes() {
        for (slot in runtime.state().slots().all()) if (
            slot.seizeProbe(CloseReason.POOL_CLOSED, "still being probed when the pool was closed")
        )
            abort(slot)
    }

    /** Cancels all connects; nothing is opened any more. */
    fun cancelOpens(): Unit = opener.cancel()

    /** Ends everything. Waits for at most this time for calls that cannot be cancelled. */
    suspend fun end(limit: Duration) {
        withTimeoutOrNull(limit) {
            job.cancelAndJoin()
            calls.join()
        }
    }

    /** Cancels everything without waiting. */
    fun cancel(): Unit = job.cancel()
}

/** A probe that returned false. */
internal class ProbeException(private val text: String) : Exception(text) {
    /** Without the name of the class, because users read it as the reason of a close. */
    override fun toString(): String = text
}
