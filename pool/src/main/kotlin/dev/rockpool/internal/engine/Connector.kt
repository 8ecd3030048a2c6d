package dev.rockpool.internal.engine

import dev.rockpool.ConnectFailure
import dev.rockpool.ConnectionFactory
import dev.rockpool.PoolEvent
import dev.rockpool.internal.core.Retry
import dev.rockpool.internal.core.Slot
import java.util.concurrent.RejectedExecutionException
import java.util.concurrent.TimeoutException
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.AtomicLong
import kotlin.coroutines.CoroutineContext
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.cancelChildren
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.isActive
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull

/**
 * Opens, probes, resets and closes connections: every call of the factory that takes time. Each call runs in a
 * coroutine of the pool, with a bound of its own; a call that exceeds it is cancelled and left behind, so a factory
 * that hangs costs its slot no longer than that.
 */
internal class Connector<C : Any>(
    private val engine: Engine<C>,
    private val factory: ConnectionFactory<C>,
    private val retry: Retry,
    context: CoroutineContext,
    private val lookAgain: () -> Unit,
) {
    private val config
        get() = engine.config

    private val job = SupervisorJob()
    private val scope = CoroutineScope(context + job + withoutThreads)
    private val opens = CoroutineScope(context + SupervisorJob(job) + withoutThreads)

    /** Apart from the others: a call that was begun must end, in its own time, also when the pool does. */
    private val calls = CoroutineScope(context + SupervisorJob() + withoutThreads)
    private val numbers = AtomicLong()

    /** The latest connect failure; null after one succeeded. */
    @Volatile
    var trouble: ConnectTrouble? = null
        private set

    /** Why the latest connect failed; null after one succeeded. */
    val connectFailure: Throwable?
        get() = trouble?.cause

    // ---- open ------------------------------------------------------------------------------------------------------

    /** Fills a slot that is OPENING. */
    fun open(slot: Slot<C>) {
        val settled = AtomicBoolean()
        val began = engine.now()
        try {
            begin(slot, began, settled)
        } catch (e: Throwable) { // no thread for it, say
            if (settled.compareAndSet(false, true)) failed(slot, began, e)
        }
    }

    private fun begin(slot: Slot<C>, began: Long, settled: AtomicBoolean) {
        val attempt = opens.launch { attempt(slot, began, settled) }
        val bound =
            opens.launch {
                if (withTimeoutOrNull(config.connectTimeout) { attempt.join() } != null) return@launch
                if (settled.compareAndSet(false, true)) {
                    val limit = config.connectTimeout
                    failed(slot, began, TimeoutException("no connection within $limit (connectTimeout)"))
                }
                attempt.cancel()
            }
        bound.invokeOnCompletion { // when opens were cancelled, perhaps before either coroutine began
            if (settled.compareAndSet(false, true)) abandoned(slot)
        }
    }

    private suspend fun attempt(slot: Slot<C>, began: Long, settled: AtomicBoolean) {
        val connection =
            try {
                factory.open()
            } catch (e: Throwable) { // whatever a driver throws, Errors too, fails this attempt and not the pool
                val cancelled = e is CancellationException && !currentCoroutineContext().isActive
                if (settled.compareAndSet(false, true)) if (cancelled) abandoned(slot) else failed(slot, began, e)
                return
            }
        if (settled.compareAndSet(false, true)) arrived(slot, began, connection) else closeLate(connection)
    }

    private fun arrived(slot: Slot<C>, began: Long, connection: C) {
        val now = engine.now()
        val number = numbers.incrementAndGet()
        slot.opened(connection, number, now, expiry(now))
        retry.succeeded(now)
        val recovered = trouble != null
        trouble = null
        engine.lending.admit()
        try {
            engine.counters.opened.increment()
            engine.events.tell { PoolEvent.Opened(number, (now - began).nanoseconds) }
            engine.health.succeeded(began)
            if (recovered) log.info { "pool '${config.name}': connecting works again" }
        } finally {
            engine.lending.offer(slot)
            lookAgain()
        }
    }

    private fun expiry(now: Long): Long {
        val limit = config.maxLifetime ?: return Long.MAX_VALUE
        return now + (limit * Random.nextDouble(YOUNGEST_RETIREMENT, 1.0)).inWholeNanoseconds
    }

    private fun failed(slot: Slot<C>, began: Long, cause: Throwable) {
        val failure = classified(cause)
        // One that began before the latest success says nothing of now.
        val counts = retry.failed(began, engine.now(), Random.nextDouble())
        val first = trouble == null
        if (counts) trouble = ConnectTrouble(cause, failure)
        slot.openFailed()
        try {
            engine.counters.openFailed.increment()
            engine.events.tell { PoolEvent.OpenFailed(cause) }
            engine.health.failed(began, cause)
            if (counts && first) log.warn { "pool '${config.name}': connecting fails, retrying: $cause" }
        } finally {
            if (counts && failure == ConnectFailure.PERMANENT) engine.lending.failAll(cause)
            lookAgain()
        }
    }

    private fun abandoned(slot: Slot<C>) {
        slot.openFailed()
        lookAgain()
    }

    private fun classified(cause: Throwable): ConnectFailure =
        try {
            factory.classify(cause)
        } catch (e: Throwable) {
            quietly {
                log.warn(e) { "pool '${config.name}': classifying a connect failure failed; taken for transient" }
            }
            ConnectFailure.TRANSIENT
        }

    private suspend fun closeLate(connection: C) =
        withContext(NonCancellable) {
            failureOf("closing", config.closeTimeout) { factory.close(connection) }
            log.debug { "pool '${config.name}': a connection arrived too late and was closed" }
        }

    // ---- probe, reset, close ---------------------------------------------------------------------------------------

    /** Decides about a slot that is PROBING. */
    fun probe(slot: Slot<C>) {
        try {
            scope.launch { judge(slot) }
        } catch (e: Throwable) {
            unprobed(slot, e)
        }
    }

    private suspend fun judge(slot: Slot<C>) {
        var alive = false
        val began = engine.now()
        val failure = failureOf("probing", config.probeTimeout) { alive = factory.probe(slot.connection()) }
        if (failure is VirtualMachineError) return unprobed(slot, failure)
        val dead = if (alive) failure else failure ?: ProbeException("the probe says that it is dead")
        if (dead == null) engine.health.succeeded(began) else engine.health.failed(began, dead)
        if (dead == null && slot.proven(engine.now())) {
            engine.lending.offer(slot)
        } else {
            slot.refuted(if (dead == null) "retired while it was probed" else "found dead: $dead")
            close(slot)
            if (dead != null) engine.lending.doubtAll()
        }
        lookAgain()
    }

    /**
     * No thread or no memory for the probe: that says nothing of the connection. The keeper tries again at its next
     * look.
     */
    private fun unprobed(slot: Slot<C>, why: Throwable) {
        quietly { log.warn { "pool '${config.name}': connection ${slot.number()} could not be probed: $why" } }
        if (slot.unprobed()) return
        slot.refuted("retired while it was probed")
        close(slot)
    }

    /** Null when the connection is fit for its next user, else why not. */
    suspend fun reset(connection: C): Throwable? =
        withContext(NonCancellable) { failureOf("resetting", config.resetTimeout) { factory.reset(connection) } }

    /** Resets the connection of a lease that has ended for its holder, and releases it. */
    fun resetLater(slot: Slot<C>, ticket: Long) {
        try {
            scope.launch {
                try {
                    engine.resetAndRelease(slot, ticket)
                } catch (e: Throwable) { // nobody waits to hear of it
                    log.debug(e) { "pool '${config.name}': resetting connection ${slot.number()} failed; it is closed" }
                }
            }
        } catch (e: Throwable) {
            engine.lending.discard(slot, ticket, "it could not be reset: $e")
        }
    }

    /** Empties a slot that is CLOSING. */
    fun close(slot: Slot<C>) {
        if (!startClose(slot)) lookAgain()
    }

    /** Tries again to close what nobody could be started for. True if there is still something left. */
    fun closeUnattended(): Boolean {
        val slots = engine.lending.slots()
        var left = false
        for (i in 0 until slots.size()) {
            val slot = slots.get(i)
            if (slot.attend() && !startClose(slot)) left = true
        }
        return left
    }

    private fun startClose(slot: Slot<C>): Boolean =
        try {
            scope.launch { closeNow(slot) }
            true
        } catch (e: Throwable) {
            quietly { log.warn { "pool '${config.name}': connection ${slot.number()} cannot be closed yet: $e" } }
            slot.unattended()
            false
        }

    private suspend fun closeNow(slot: Slot<C>) {
        val number = slot.number()
        val reason = slot.reason()
        val age = (engine.now() - slot.openedAt()).nanoseconds
        log.debug { "pool '${config.name}': connection $number is closed after $age: $reason" }
        val failure = failureOf("closing", config.closeTimeout) { factory.close(slot.connection()) }
        if (failure != null) log.debug { "pool '${config.name}': closing connection $number failed: $failure" }
        slot.closed()
        engine.counters.closed.increment()
        engine.events.tell { PoolEvent.Closed(number, reason, age) }
        lookAgain()
    }

    /** Cuts off the connection of a slot that was taken from its holder, and closes it. */
    fun abort(slot: Slot<C>) {
        try {
            factory.abort(slot.connection())
        } catch (e: Throwable) {
            log.warn(e) { "pool '${config.name}': aborting connection ${slot.number()} failed; it is closed" }
        }
        close(slot)
    }

    /** Runs one call of the factory, at most for [limit]. Null when it went well. */
    private suspend fun failureOf(what: String, limit: Duration, call: suspend () -> Unit): Throwable? {
        var failure: Throwable? = null
        suspend fun made() {
            try {
                call()
            } catch (e: Throwable) { // the caller decides; Errors of a driver too
                failure = e
            }
        }
        val running =
            try {
                calls.launch { made() }
            } catch (_: Throwable) { // no thread to leave it behind on, so it is made here
                return if (withTimeoutOrNull(limit) { made() } != null) failure else tooLong(what, limit)
            }
        if (withTimeoutOrNull(limit) { running.join() } != null) return failure
        running.cancel()
        return tooLong(what, limit)
    }

    private fun tooLong(what: String, limit: Duration) = TimeoutException("$what took longer than $limit")

    // ---- the end ---------------------------------------------------------------------------------------------------

    /** Opens nothing any more: what is under way is cancelled, what arrives all the same is closed. */
    fun cancelOpens(): Unit = opens.coroutineContext.cancelChildren()

    /** Ends everything. Waits at most [PoolConfig.closeTimeout] for calls that cannot be cancelled. */
    suspend fun end() {
        withTimeoutOrNull(config.closeTimeout) {
            job.cancelAndJoin()
            calls.coroutineContext.job.children.forEach { it.join() }
        }
    }

    private companion object {
        const val YOUNGEST_RETIREMENT = 0.75

        /** Whoever wanted to start a coroutine for which there is no thread is told so; nobody else need be. */
        val withoutThreads = CoroutineExceptionHandler { _, e ->
            if (e !is RejectedExecutionException && e !is VirtualMachineError) throw e
            quietly { log.debug(e) { "a coroutine of the pool could not be run" } }
        }
    }
}

/** A probe that came back and said no. */
internal class ProbeException(message: String) : Exception(message)
