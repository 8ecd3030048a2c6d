package dev.rockpool.internal.engine

import dev.rockpool.ConnectFailure
import dev.rockpool.ConnectionFactory
import dev.rockpool.PoolEvent
import dev.rockpool.internal.core.Retry
import dev.rockpool.internal.core.Slot
import java.util.concurrent.TimeoutException
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.AtomicLong
import kotlin.coroutines.CoroutineContext
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds
import kotlinx.coroutines.CancellationException
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
    private val scope = CoroutineScope(context + job)
    private val opens = CoroutineScope(context + SupervisorJob(job))

    /** Apart from the others: a call that was begun must end, in its own time, also when the pool does. */
    private val calls = CoroutineScope(context + SupervisorJob())
    private val numbers = AtomicLong()

    /** Why the latest connect failed; null after one succeeded. */
    @Volatile
    var connectFailure: Throwable? = null
        private set

    // ---- open ------------------------------------------------------------------------------------------------------

    /** Fills a slot that is OPENING. */
    fun open(slot: Slot<C>) {
        val settled = AtomicBoolean()
        val began = engine.now()
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
        engine.counters.opened.increment()
        engine.times.recorded.opened(now, now - began)
        engine.events.tell { PoolEvent.Opened(number, (now - began).nanoseconds) }
        engine.health.succeeded(began)
        retry.succeeded()
        if (connectFailure != null) log.info { "pool '${config.name}': connecting works again" }
        connectFailure = null
        engine.lending.offer(slot)
        lookAgain()
    }

    private fun expiry(now: Long): Long {
        val limit = config.maxLifetime ?: return Long.MAX_VALUE
        return now + (limit * Random.nextDouble(YOUNGEST_RETIREMENT, 1.0)).inWholeNanoseconds
    }

    private fun failed(slot: Slot<C>, began: Long, cause: Throwable) {
        engine.counters.openFailed.increment()
        engine.events.tell { PoolEvent.OpenFailed(cause) }
        engine.health.failed(began, cause)
        retry.failed(engine.now(), Random.nextDouble())
        if (connectFailure == null) log.warn { "pool '${config.name}': connecting fails, retrying: $cause" }
        connectFailure = cause
        slot.openFailed()
        if (isPermanent(cause)) engine.lending.failAll(cause)
        lookAgain()
    }

    private fun abandoned(slot: Slot<C>) {
        slot.openFailed()
        lookAgain()
    }

    private fun isPermanent(cause: Throwable): Boolean =
        try {
            factory.classify(cause) == ConnectFailure.PERMANENT
        } catch (e: Exception) {
            log.warn(e) { "pool '${config.name}': classifying a connect failure failed; taken for transient" }
            false
        }

    private suspend fun closeLate(connection: C) =
        withContext(NonCancellable) {
            failureOf("closing", config.closeTimeout) { factory.close(connection) }
            log.debug { "pool '${config.name}': a connection arrived too late and was closed" }
        }

    // ---- probe, reset, close ---------------------------------------------------------------------------------------

    /** Decides about a slot that is PROBING. */
    fun probe(slot: Slot<C>) {
        scope.launch {
            var alive = false
            val began = engine.now()
            val failure = failureOf("probing", config.probeTimeout) { alive = factory.probe(slot.connection()) }
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
    }

    /** Null when the connection is fit for its next user, else why not. */
    suspend fun reset(connection: C): Throwable? =
        withContext(NonCancellable) { failureOf("resetting", config.resetTimeout) { factory.reset(connection) } }

    /** Empties a slot that is CLOSING. */
    fun close(slot: Slot<C>) {
        val number = slot.number()
        val reason = slot.reason()
        val age = (engine.now() - slot.openedAt()).nanoseconds
        log.debug { "pool '${config.name}': connection $number is closed after $age: $reason" }
        scope.launch {
            val failure = failureOf("closing", config.closeTimeout) { factory.close(slot.connection()) }
            if (failure != null) log.debug { "pool '${config.name}': closing connection $number failed: $failure" }
            slot.closed()
            engine.counters.closed.increment()
            engine.times.recorded.closed(engine.now(), age.inWholeNanoseconds)
            engine.events.tell { PoolEvent.Closed(number, reason, age) }
            lookAgain()
        }
    }

    /** Cuts off the connection of a slot that was taken from its holder, and closes it. */
    fun abort(slot: Slot<C>) {
        try {
            factory.abort(slot.connection())
        } catch (e: Exception) {
            log.warn(e) { "pool '${config.name}': aborting connection ${slot.number()} failed; it is closed" }
        }
        close(slot)
    }

    fun inBackground(work: suspend () -> Unit) {
        scope.launch { work() }
    }

    /** Runs one call of the factory, at most for [limit]. Null when it went well. */
    private suspend fun failureOf(what: String, limit: Duration, call: suspend () -> Unit): Throwable? {
        var failure: Throwable? = null
        val running =
            calls.launch {
                try {
                    call()
                } catch (e: Throwable) { // the caller decides; Errors of a driver too
                    failure = e
                }
            }
        if (withTimeoutOrNull(limit) { running.join() } != null) return failure
        running.cancel()
        return TimeoutException("$what took longer than $limit")
    }

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
    }
}

/** A probe that came back and said no. */
internal class ProbeException(message: String) : Exception(message)
