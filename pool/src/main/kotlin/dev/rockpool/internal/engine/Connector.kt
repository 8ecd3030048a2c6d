package dev.rockpool.internal.engine

import dev.rockpool.ConnectFailure
import dev.rockpool.ConnectionFactory
import dev.rockpool.PoolEvent
import dev.rockpool.ProbeResult
import dev.rockpool.internal.core.Retry
import dev.rockpool.internal.core.Slot
import java.util.concurrent.TimeoutException
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.AtomicLong
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.DelicateCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
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

    private val random = Dice.of(context)
    private val job = SupervisorJob()
    private val scope = CoroutineScope(context + job)
    private val opens = CoroutineScope(context + SupervisorJob(job))

    /** Apart from the others: a call that was begun must end, in its own time, also when the pool does. */
    private val calls = CoroutineScope(context + SupervisorJob())
    private val numbers = AtomicLong()
    val history = History(engine::now)

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
        var opened: C? = null
        val connection =
            try {
                factory.open().also {
                    opened = it
                    engine.hooks?.afterOpen(it)
                }
            } catch (e: Throwable) { // whatever a driver throws, Errors too, fails this attempt and not the pool
                opened?.let { closeLate(it) }
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
        return now + (limit * random.nextDouble(YOUNGEST_RETIREMENT, 1.0)).inWholeNanoseconds
    }

    private fun failed(slot: Slot<C>, began: Long, cause: Throwable) {
        engine.counters.openFailed.increment()
        engine.events.tell { PoolEvent.OpenFailed(cause) }
        engine.health.failed(began, cause)
        retry.failed(engine.now(), random.nextDouble())
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
            failureOf("closing", config.closeTimeout, ALWAYS) { factory.close(connection) }
            log.debug { "pool '${config.name}': a connection was closed that arrived too late, or unfit" }
        }

    // ---- probe, reset, close ---------------------------------------------------------------------------------------

    /** Decides about a slot that is PROBING. */
    fun probe(slot: Slot<C>): Deferred<ProbeResult> =
        scope.async {
            val began = engine.now()
            var alive = false
            val failure = failureOf("probing", config.probeTimeout) { alive = factory.probe(slot.connection()) }
            val error = if (alive) failure else failure ?: ProbeException("the probe says that it is dead")
            val now = engine.now()
            if (error == null) engine.health.succeeded(began) else engine.health.failed(began, error)
            if (error == null && slot.proven(now, now - began)) {
                engine.lending.offer(slot)
            } else {
                slot.refuted(if (error == null) "retired while it was probed" else "$DEAD: $error")
                close(slot)
                if (error != null) engine.lending.doubtAll()
            }
            lookAgain()
            ProbeResult(error == null, (now - began).nanoseconds, error, Duration.ZERO)
        }

    /**
     * Null when the connection is fit for its next user, else why not.
     *
     * @param caller where the hook runs; null for the pool's own context
     */
    suspend fun restore(connection: C, dirty: Boolean, caller: CoroutineContext?): Throwable? =
        withContext(NonCancellable) {
            val failure = if (dirty) failureOf("resetting", config.resetTimeout) { factory.reset(connection) } else null
            val hooks = engine.hooks
            if (failure != null || hooks == null) failure
            else callFor(caller, "the hook", config.resetTimeout) { hooks.afterReturn(connection) }
        }

    /** Empties a slot that is CLOSING. */
    fun close(slot: Slot<C>) {
        val number = slot.number()
        val reason = slot.reason()
        val age = (engine.now() - slot.openedAt()).nanoseconds
        log.debug { "pool '${config.name}': connection $number is closed after $age: $reason" }
        scope.launch {
            val connection = slot.connection() // now: the slot may hold another one when the call begins
            val failure = failureOf("closing", config.closeTimeout, ALWAYS) { factory.close(connection) }
            if (failure != null) log.debug { "pool '${config.name}': closing connection $number failed: $failure" }
            slot.closed()
            engine.counters.closed.increment()
            history.closed(number, reason, age)
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

    /** Asks through a connection of the pool, which is closed if that fails. Null when there was none, or it failed. */
    suspend fun <R> throughLease(wait: Duration, question: suspend (C) -> R): R? =
        engine.withWitness(wait) { slot, ticket ->
            val answer = answerOf { question(slot.connection()) }
            val failure = answer.exceptionOrNull()
            if (failure != null) engine.discard(slot, ticket, "$DEAD: $failure")
            answer.getOrNull()
        }

    /** Asks through a connection that is opened for this question, and closed. */
    suspend fun <R> throughExtra(question: suspend (C) -> R): R? {
        val settled = AtomicBoolean()
        var opened: C? = null
        failureOf("connecting", config.connectTimeout) {
            val arrived = factory.open()
            opened = arrived
            if (!settled.compareAndSet(false, true)) closeLate(arrived)
        }
        if (settled.compareAndSet(false, true)) return null
        val connection = checkNotNull(opened)
        return answerOf { question(connection) }.also { closeLate(connection) }.getOrNull()
    }

    private suspend fun <R> answerOf(question: suspend () -> R): Result<R> {
        var answer: R? = null
        val failure = failureOf("asking", config.probeTimeout) { answer = question() }
        @Suppress("UNCHECKED_CAST") // an answer, perhaps null, when there was no failure
        return if (failure == null) Result.success(answer as R) else Result.failure(failure)
    }

    /** Does what nobody waits for; so nobody but the log hears of its failure either. */
    fun inBackground(work: suspend () -> Unit) {
        scope.launch {
            try {
                work()
            } catch (e: CancellationException) {
                throw e
            } catch (e: Throwable) { // whatever a driver throws, Errors too
                log.debug(e) { "pool '${config.name}': what was left to the background failed" }
            }
        }
    }

    /** Runs one call of the factory, at most for [limit]. Null when it went well. */
    private suspend fun failureOf(
        what: String,
        limit: Duration,
        start: CoroutineStart = CoroutineStart.DEFAULT,
        call: suspend () -> Unit,
    ): Throwable? {
        val running = calls.async(start = start) { outcomeOf(call) }
        withTimeoutOrNull(limit) { running.join() } ?: return running.overdue(what, limit)
        return running.await()
    }

    /** The same in the context of a caller, with whom it ends. */
    suspend fun callFor(
        caller: CoroutineContext?,
        what: String,
        limit: Duration,
        call: suspend () -> Unit,
    ): Throwable? {
        val running = calls.async(caller?.minusKey(Job) ?: EmptyCoroutineContext) { outcomeOf(call) }
        try {
            withTimeoutOrNull(limit) { running.join() } ?: return running.overdue(what, limit)
        } catch (e: CancellationException) {
            running.cancel()
            throw e
        }
        return running.await()
    }

    private suspend fun outcomeOf(call: suspend () -> Unit): Throwable? =
        try {
            call()
            null
        } catch (e: Throwable) { // the caller decides; Errors of a driver too
            e
        }

    private fun Job.overdue(what: String, limit: Duration): Throwable {
        cancel()
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
        /** Also when no thread was free for it until its time was over: a connection that nobody closes stays open. */
        @OptIn(DelicateCoroutinesApi::class) val ALWAYS = CoroutineStart.ATOMIC

        const val YOUNGEST_RETIREMENT = 0.75
    }
}

/** A probe that came back and said no. */
internal class ProbeException(message: String) : Exception(message)
