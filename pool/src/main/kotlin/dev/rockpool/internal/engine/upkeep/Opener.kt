package dev.rockpool.internal.engine.upkeep

import dev.rockpool.ConnectFailure
import dev.rockpool.PoolEvent
import dev.rockpool.internal.base.logDebug
import dev.rockpool.internal.base.logInfo
import dev.rockpool.internal.base.logWarn
import dev.rockpool.internal.core.slot.PhaseCounts
import dev.rockpool.internal.core.slot.Slot
import dev.rockpool.internal.engine.report.Health
import dev.rockpool.internal.engine.runtime.BoundedCalls
import dev.rockpool.internal.engine.runtime.ConnectWatch
import dev.rockpool.internal.engine.runtime.JitterSource
import dev.rockpool.internal.engine.runtime.PoolRuntime
import dev.rockpool.readable
import java.util.concurrent.TimeoutException
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.AtomicLong
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration.Companion.nanoseconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancelChildren
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.isActive
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull

private const val YOUNGEST_RETIREMENT = 0.75

/**
 * Opens connections for slots that are OPENING. Connects belong to the pool: no caller's cancellation abandons one, and
 * connections that arrive late are closed.
 */
internal class Opener<C : Any>(
    private val runtime: PoolRuntime<C>,
    private val health: Health,
    private val calls: BoundedCalls,
    private val peeking: Peeking<C>,
    context: CoroutineContext,
    parent: Job,
) {
    private val config
        get() = runtime.config()

    private val factory = runtime.factory()
    private val listener = runtime.slotListener()
    private val connectivity = runtime.connectivity()
    private val random = JitterSource.of(context)
    private val scope = CoroutineScope(context + SupervisorJob(parent) + BoundedCalls.WITHOUT_THREADS)
    private val numbers = AtomicLong()
    val watch = ConnectWatch()

    fun open(slot: Slot<C>) {
        val settled = AtomicBoolean()
        val began = runtime.now()
        try {
            begin(slot, began, settled)
        } catch (e: Throwable) { // such as no thread for it
            if (settled.compareAndSet(false, true)) failed(slot, began, e)
        }
    }

    private fun begin(slot: Slot<C>, began: Long, settled: AtomicBoolean) {
        val attempt = scope.launch { attempt(slot, began, settled) }
        val bound =
            scope.launch {
                if (withTimeoutOrNull(config.connectTimeout) { attempt.join() } != null) return@launch
                if (settled.compareAndSet(false, true)) {
                    val limit = config.connectTimeout
                    failed(slot, began, TimeoutException("no connection within $limit (connectTimeout)"))
                }
                attempt.cancel()
            }
        bound.invokeOnCompletion { // if connects were cancelled, perhaps before either coroutine began
            if (settled.compareAndSet(false, true)) abandoned(slot)
        }
    }

    private suspend fun attempt(slot: Slot<C>, began: Long, settled: AtomicBoolean) {
        var opened: C? = null
        val connection =
            try {
                openOne().also {
                    opened = it
                    runtime.hooks()?.afterOpen(it)
                }
            } catch (e: Throwable) { // whatever a driver throws, Errors too, fails this attempt but not the pool
                opened?.let { closeLate(it) }
                val cancelled = e is CancellationException && !currentCoroutineContext().isActive
                if (settled.compareAndSet(false, true)) if (cancelled) abandoned(slot) else failed(slot, began, e)
                return
            }
        if (settled.compareAndSet(false, true)) arrived(slot, began, connection) else closeLate(connection)
    }

    private suspend fun openOne(): C {
        val opened: C? = factory.open() // null from Java or an unchecked cast
        return opened ?: error("the factory returned null")
    }

    private fun arrived(slot: Slot<C>, began: Long, connection: C) {
        val now = runtime.now()
        val number = numbers.incrementAndGet()
        listener?.arriving(slot, connection)
        slot.opened(connection, number, now, expiry(now), peeking.canPeek(connection))
        val recovered = connectivity.succeeded(now).failing() != null
        try {
            runtime.counters().opened.increment()
            runtime.times().opened(now, now - began)
            val took = (now - began).nanoseconds
            runtime.events().send { PoolEvent.Opened(number, took) }
            logDebug { "pool '${config.name}': connection $number is opened in ${took.readable()}" }
            health.succeeded(began)
            if (recovered) logInfo { "pool '${config.name}': connecting works again" }
        } finally {
            runtime.slots().offer(slot)
            runtime.slots().wakeKeeper()
        }
    }

    private fun expiry(now: Long): Long {
        val limit = config.maxLifetime ?: return Long.MAX_VALUE
        val share = YOUNGEST_RETIREMENT + (1 - YOUNGEST_RETIREMENT) * random.asDouble
        return now + (limit.inWholeNanoseconds * share).toLong()
    }

    private fun failed(slot: Slot<C>, began: Long, cause: Throwable) {
        val failure = classified(cause)
        val open = PhaseCounts.of(runtime.state().slots()).open()
        val before = connectivity.failed(failure, cause, began, runtime.now(), random.asDouble, open)
        runtime.slots().openFailed(slot)
        try {
            runtime.counters().openFailed.increment()
            runtime.events().send { PoolEvent.OpenFailed(cause) }
            health.failed(began, cause)
            watch.failed(cause, failure)
            if (before != null && before.failing()?.kind != failure)
                logWarn { "pool '${config.name}' ${happened(failure)}: ${runtime.explain(cause)}" }
        } finally {
            if (before != null && failure == ConnectFailure.PERMANENT)
                runtime.slots().run(runtime.state().waiters().failed().failAll(cause))
            runtime.slots().wakeKeeper()
        }
    }

    private fun happened(failure: ConnectFailure) =
        when (failure) {
            ConnectFailure.TRANSIENT,
            ConnectFailure.FULL -> "failed to connect and retries"
            ConnectFailure.PERMANENT -> "cannot connect, so waiting callers fail"
        }

    private fun abandoned(slot: Slot<C>) {
        runtime.slots().openFailed(slot)
        runtime.slots().wakeKeeper()
    }

    private fun classified(cause: Throwable): ConnectFailure =
        try {
            factory.classify(cause)
        } catch (e: Throwable) {
            logWarn(e) { "pool '${config.name}': classifying a connect failure failed; it is treated as transient" }
            ConnectFailure.TRANSIENT
        }

    private suspend fun closeLate(connection: C) =
        withContext(NonCancellable) {
            calls.failureOf("closing", config.closeTimeout, start = BoundedCalls.ALWAYS) { factory.close(connection) }
            logDebug { "pool '${config.name}': a connection that arrived late or was unfit is closed" }
        }

    /**
     * Opens a connection outside the slots for this use, and closes it. Returns null if that failed, or if the budget
     * has no permit for it.
     */
    suspend fun <R> withExtra(use: suspend (C) -> R): R? {
        val allowance = runtime.slots().allowance()
        if (!allowance.take(0)) return null
        try {
            return withOne(use)
        } finally {
            allowance.giveBack()
        }
    }

    private suspend fun <R> withOne(use: suspend (C) -> R): R? {
        val settled = AtomicBoolean()
        var opened: C? = null
        calls.failureOf("connecting", config.connectTimeout) {
            val arrived = openOne()
            opened = arrived
            if (!settled.compareAndSet(false, true)) closeLate(arrived)
        }
        if (settled.compareAndSet(false, true)) return null
        val connection = checkNotNull(opened)
        return calls
            .answerOf("asking", config.probeTimeout) { use(connection) }
            .also { closeLate(connection) }
            .getOrNull()
    }

    /** Cancels all connects; connections that still arrive are closed. */
    fun cancel(): Unit = scope.coroutineContext.cancelChildren()
}
