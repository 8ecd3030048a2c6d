package dev.rockpool.internal.engine.upkeep

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
import dev.rockpool.internal.engine.acquire.AcquireQueue
import dev.rockpool.internal.engine.acquire.withWitness
import dev.rockpool.internal.engine.report.ClosedConnections
import dev.rockpool.internal.engine.report.DEAD
import dev.rockpool.internal.engine.report.Health
import dev.rockpool.internal.engine.runtime.BoundedCalls
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
 * Probes, restores and closes connections, and has them opened: every call of the factory that takes time, each in a
 * coroutine of the pool, with a bound of its own. When there is no thread for one, no slot is lost: the keeper tries
 * again.
 */
internal class ConnectionLifecycle<C : Any>(
    private val runtime: PoolRuntime<C>,
    private val health: Health,
    private val queue: AcquireQueue<C>,
    val calls: BoundedCalls,
    context: CoroutineContext,
) : SlotCalls<C> {
    private val factory = runtime.factory()
    private val config
        get() = runtime.config()

    /**
     * Where probes begin and are decided: on the thread that asks for one, and the one on which it ends, if that blocks
     * nobody. A caller waits for it, and may for threads to be woken.
     */
    private val probing = if (factory is NonBlocking) Dispatchers.Unconfined else EmptyCoroutineContext
    private val soon = if (factory is NonBlocking) CoroutineStart.UNDISPATCHED else CoroutineStart.DEFAULT
    private val job = SupervisorJob()
    private val scope = CoroutineScope(context + job + BoundedCalls.WITHOUT_THREADS)
    val history = ClosedConnections(runtime::now)

    private val opener = Opener(runtime, health, calls, context, job)

    /** Fills a slot that is OPENING. */
    fun open(slot: Slot<C>): Unit = opener.open(slot)

    /** Decides about a slot that is PROBING. */
    fun startProbe(slot: Slot<C>): Deferred<ProbeResult> =
        try {
            val connection = slot.connection()
            scope.async(probing, soon) { judge(slot, connection) }
        } catch (e: Throwable) {
            CompletableDeferred(unprobed(slot, e))
        }

    override fun probe(slot: Slot<C>) {
        startProbe(slot)
    }

    private suspend fun judge(slot: Slot<C>, connection: C): ProbeResult {
        val began = runtime.now()
        var alive = false
        val failure =
            calls.failureOf("probing", config.probeTimeout, probing, soon) {
                alive = slot.phase() == Phase.PROBING && factory.probe(connection) // it was seized when the pool ended
            }
        if (failure is VirtualMachineError) return unprobed(slot, failure)
        val error = if (alive) failure else failure ?: ProbeException("the probe says that it is dead")
        val now = runtime.now()
        if (error == null) health.succeeded(began) else health.failed(began, error)
        if (error == null && slot.proven(now, now - began)) {
            runtime.slots().offer(slot)
        } else {
            val reason = if (error == null) "retired while it was probed" else "$DEAD: $error"
            if (slot.seizeProbe(reason)) close(slot)
            if (error != null) runtime.slots().markAllStale()
        }
        runtime.slots().wakeKeeper()
        return ProbeResult(error == null, (now - began).nanoseconds, error, Duration.ZERO)
    }

    /**
     * No thread or no memory for the probe: that says nothing of the connection. The keeper tries again at its next
     * look.
     */
    private fun unprobed(slot: Slot<C>, why: Throwable): ProbeResult {
        logWarn { "pool '${config.name}': connection ${slot.number()} could not be probed: $why" }
        if (!slot.unprobed() && slot.seizeProbe("retired while it was probed")) close(slot)
        return ProbeResult(false, Duration.ZERO, why, Duration.ZERO)
    }

    /** Asks through a connection of the pool, which is closed if that fails. Null when there was none, or it failed. */
    suspend fun <R> throughLease(wait: Duration, question: suspend (C) -> R): R? =
        queue.withWitness(wait) { slot, ticket ->
            val answer = calls.answerOf("asking", config.probeTimeout) { question(slot.connection()) }
            val failure = answer.exceptionOrNull()
            if (failure != null) runtime.slots().discardDead(slot, ticket, "$DEAD: $failure")
            answer.getOrNull()
        }

    /** Asks through a connection that is opened for this question, and closed. */
    suspend fun <R> throughExtra(question: suspend (C) -> R): R? = opener.withExtra(question)

    /**
     * Null when the connection is fit for its next user, else why not.
     *
     * @param caller where the hook runs; null for the pool's own context
     */
    private suspend fun restore(connection: C, dirty: Boolean, caller: CoroutineContext?): Throwable? =
        withContext(NonCancellable) {
            val failure =
                if (dirty) calls.failureOf("resetting", config.resetTimeout) { factory.reset(connection) } else null
            val hooks: ConnectionHooks<C>? = runtime.hooks()
            if (failure != null || hooks == null) failure
            else calls.failureFor(caller, "the hook", config.resetTimeout) { hooks.afterReturn(connection) }
        }

    /** What the factory says of a connection that comes back. */
    fun inspect(connection: C): ReturnState =
        try {
            factory.inspect(connection)
        } catch (e: Throwable) { // Errors too: the lease must end
            logWarn(e) { "pool '${runtime.name()}': inspecting a returned connection failed; it is closed" }
            ReturnState.BROKEN
        }

    /**
     * Makes the connection fit for its next user, within its own bound, then ends the lease. Null when it went well;
     * else the connection is closed, for this reason.
     */
    suspend fun restoreAndRelease(slot: Slot<C>, ticket: Long, dirty: Boolean, caller: CoroutineContext?): Throwable? {
        val failure = restore(slot.connection(), dirty, caller)
        if (failure == null) runtime.slots().release(slot, ticket)
        else runtime.slots().discard(slot, ticket, "it could not be restored: $failure")
        return failure
    }

    /** The same for a lease that has ended for its holder, who does not wait for it. */
    fun restoreLater(slot: Slot<C>, ticket: Long, dirty: Boolean) {
        slot.grant(ticket, Holder.RESET) // its user has done what it had to
        try {
            scope.launch { restoreAndRelease(slot, ticket, dirty, null) }
        } catch (e: Throwable) {
            runtime.slots().discard(slot, ticket, "it could not be restored: $e")
        }
    }

    /** Empties a slot that is CLOSING. */
    override fun close(slot: Slot<C>) {
        if (!startClose(slot)) runtime.slots().wakeKeeper()
    }

    /** Tries again to close what nobody could be started for. True if there is still something left. */
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
        val reason = slot.reason()
        val age = (runtime.now() - slot.openedAt()).nanoseconds
        logDebug { "pool '${config.name}': connection $number is closed after ${age.readable()}: $reason" }
        val connection = slot.connection() // now: the slot may hold another one when the call begins
        try {
            val failure =
                calls.failureOf("closing", config.closeTimeout, start = BoundedCalls.ALWAYS) {
                    factory.close(connection)
                }
            if (failure != null) logDebug { "pool '${config.name}': closing connection $number failed: $failure" }
        } finally { // also when it is cancelled, or cannot even be waited for: no slot stays behind
            closed(slot, number, reason, age)
        }
    }

    private fun closed(slot: Slot<C>, number: Long, reason: String, age: Duration) {
        if (slot.phase() != Phase.CLOSING) return // abandoned: the pool has ended
        slot.closed()
        runtime.counters().closed.increment()
        runtime.times().closed(runtime.now(), age.inWholeNanoseconds)
        history.closed(number, reason, age)
        runtime.events().tell { PoolEvent.Closed(number, reason, age) }
        runtime.slots().wakeKeeper()
    }

    /** Cuts off the connection of a slot that was taken from its holder, and closes it. */
    override fun abort(slot: Slot<C>) {
        try {
            factory.abort(slot.connection())
        } catch (e: Throwable) {
            logWarn(e) { "pool '${config.name}': aborting connection ${slot.number()} failed; it is closed" }
        }
        close(slot)
    }

    /** The pool is closed, and the grace is over: no probe is waited for any longer. */
    fun abortProbes() {
        for (slot in runtime.state().slots().all()) if (slot.seizeProbe("still being probed when the pool was closed"))
            abort(slot)
    }

    /** Opens nothing any more. */
    fun cancelOpens(): Unit = opener.cancel()

    /** Ends everything. Waits at most so long for calls that cannot be cancelled. */
    suspend fun end(limit: Duration) {
        withTimeoutOrNull(limit) {
            job.cancelAndJoin()
            calls.join()
        }
    }

    /** The same without waiting. */
    fun cancel(): Unit = job.cancel()
}

/** A probe that came back and said no. */
internal class ProbeException(message: String) : Exception(message)
