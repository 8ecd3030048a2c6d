package dev.rockpool.internal.engine.upkeep

import dev.rockpool.PoolConfig
import dev.rockpool.PoolStats
import dev.rockpool.internal.base.PoolThreads
import dev.rockpool.internal.base.logError
import dev.rockpool.internal.base.logInfo
import dev.rockpool.internal.base.logWarn
import dev.rockpool.internal.base.orNever
import dev.rockpool.internal.core.slot.PhaseCounts
import dev.rockpool.internal.core.upkeep.FreezeDetector
import dev.rockpool.internal.core.upkeep.MaintenancePlanner
import dev.rockpool.internal.core.upkeep.MaintenanceSettings
import dev.rockpool.internal.engine.acquire.Deadlines
import dev.rockpool.internal.engine.report.Health
import dev.rockpool.internal.engine.report.PoolNumbers
import dev.rockpool.internal.engine.runtime.PoolRuntime
import java.util.concurrent.CompletableFuture
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableJob
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.launch
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull

/**
 * The one coroutine that looks after a pool: it asks [MaintenancePlanner] what to do, has the [ConnectionLifecycle] do
 * it, publishes stats, and sleeps until something happens or the next deadline. Its inbox says only "look again": what
 * there is to do is read from the slots, so no message can be lost or be out of date.
 *
 * The pool's job is a child of the job it was created in. When that one is cancelled the keeper ends the pool by force,
 * without being cancelled itself.
 */
internal class Keeper<C : Any>(
    private val runtime: PoolRuntime<C>,
    private val numbers: PoolNumbers,
    private val health: Health,
    private val connector: ConnectionLifecycle<C>,
    context: CoroutineContext,
    private val deadlines: Deadlines<C>,
    private val inbox: Channel<Unit>,
    lazily: Boolean,
) {
    private val config
        get() = runtime.config()

    private val state = runtime.state()
    private val slots = runtime.slots()
    private var applied = config

    /** Nobody has needed a connection yet, and none is to be opened before. */
    private var dormant = lazily
    private val upkeep = MaintenancePlanner(state, settingsOf(applied, dormant))
    private val leaks = LeakReporter(runtime, connector)
    private val job: CompletableJob = SupervisorJob(context[Job])
    private val scope = CoroutineScope(context + job)
    private val structure = Mutex()
    private val silence = StuckCallDetector(runtime, connector, scope)
    private val published = MutableStateFlow(numbers.snapshot())
    private val standstill = FreezeDetector()
    private var publishedAt = 0L

    /** When the grace is over; `Long.MAX_VALUE` while the pool is open. */
    @Volatile private var endsAt = Long.MAX_VALUE
    private val ending = Shutdown(runtime, listOf(connector::cancel, runtime.events()::cancel), job)

    val stats: StateFlow<PoolStats> = published.asStateFlow()

    fun start() {
        PoolThreads.pools(1)
        logInfo { "pool '${config.name}' has started, for up to ${config.maxSize} connections" }
        try {
            job.invokeOnCompletion { ending.jobCompleted() }
            scope
                .launch { deadlines.watch() }
                .invokeOnCompletion { if (it !is CancellationException) ending.finish(it) }
            scope.launch { keepOrEnd() }.invokeOnCompletion { ending.finish(it) }
        } catch (e: Throwable) {
            ending.finish(e)
            throw e
        }
    }

    /** When it is cancelled, that is the order to end by force, and it goes on until that is done. */
    private suspend fun keepOrEnd() =
        try {
            keep()
        } catch (e: CancellationException) {
            withContext(NonCancellable) {
                beginEnd(Duration.ZERO)
                keep()
            }
            throw e
        }

    private suspend fun keep() {
        while (true) {
            val nextLook =
                try {
                    look()
                } catch (e: Throwable) { // Errors too: with no memory or no thread left it goes on as soon as it can
                    currentCoroutineContext().ensureActive() // else somebody's own, and no order to end
                    logError(e) { "pool '${config.name}': the keeper failed; it goes on" }
                    runtime.now() + config.statsInterval.inWholeNanoseconds
                }
            if (state.isClosed && (PhaseCounts.of(state.slots()).total() == 0 || runtime.now() >= givesUpAt())) break
            sleepUntil(minOf(nextLook, givesUpAt()))
        }
        try {
            connector.end(timeLeft())
        } finally {
            runtime.events().end(timeLeft())
        }
        published.value = numbers.snapshot()
    }

    /** When what is still open is left to [Shutdown]; `Long.MAX_VALUE` while the pool is open. */
    private fun givesUpAt(): Long = endsAt.plusOrNever(config.closeTimeout + Shutdown.SLACK)

    private fun timeLeft(): Duration =
        (givesUpAt() - runtime.now()).nanoseconds.coerceIn(Shutdown.MOMENT, maxOf(config.closeTimeout, Shutdown.MOMENT))

    /** Does what there is to do now; returns when to look again. */
    private suspend fun look(): Long {
        val now = runtime.now()
        if (standstill.endedBefore(now, runtime.wallClock(), config.trustWindow.orNever())) {
            slots.markAllStale()
            silence.stoodStill()
        }
        slots.run(state.waiters().shed(now))
        val wasDown = state.connectivity().down() != null
        val plan =
            structure.withLock {
                if (config !== applied) apply(config)
                upkeep.plan(now)
            }
        if (dormant && plan.open().isNotEmpty()) {
            dormant = false
            upkeep.settings(settingsOf(applied, dormant))
        }
        plan.open().forEach(connector::open)
        plan.probe().forEach(connector::probe)
        plan.close().forEach(connector::close)
        val unattended = connector.closeUnattended()
        failWhileDown(wasDown)
        leaks.look(now)
        silence.look(now)
        if (now >= endsAt) {
            leaks.reclaimAll(now)
            connector.abortProbes()
        }
        health.sendChange(numbers.current())
        val graceEnds = if (now < endsAt) endsAt else Long.MAX_VALUE
        val closing = if (unattended) now + config.statsInterval.inWholeNanoseconds else Long.MAX_VALUE
        return minOf(plan.nextLook(), publish(now), minOf(graceEnds, closing, state.waiters().nextShed(now)))
    }

    private fun failWhileDown(wasDown: Boolean) {
        val down = state.connectivity().down() ?: return
        if (!wasDown) logWarn { "pool '${config.name}' is down: callers fail at once: ${down.failing.cause}" }
        slots.run(state.waiters().failWhileDown())
    }

    /** The settings were changed. */
    private fun apply(config: PoolConfig) {
        state.slots().policy(config.reusePolicy)
        upkeep.settings(settingsOf(config, dormant))
        applied = config
    }

    private suspend fun sleepUntil(time: Long) {
        standstill.sleepsUntil(time)
        if (time == Long.MAX_VALUE) inbox.receive()
        else withTimeoutOrNull((time - runtime.now()).nanoseconds) { inbox.receive() }
    }

    /** Publishes a sample if there is something new and the last one is old enough; returns when it will be. */
    private fun publish(now: Long): Long {
        if (numbers.current() == published.value) return Long.MAX_VALUE
        val due = publishedAt + config.statsInterval.inWholeNanoseconds
        if (now < due && publishedAt != 0L) return due
        published.value = numbers.snapshot()
        publishedAt = now
        return Long.MAX_VALUE
    }

    /** Begins to end the pool; the future completes when that is done, and never fails. */
    fun end(grace: Duration, callers: CoroutineScope): CompletableFuture<Void?> {
        try {
            ending.endWithin(grace.coerceAtMost(FOREVER) + config.closeTimeout + Shutdown.SLACK * 3)
            callers
                .launch(start = CoroutineStart.UNDISPATCHED) {
                    beginEnd(grace)
                    inbox.trySend(Unit)
                }
                .invokeOnCompletion { if (it != null) ending.finish(it) }
        } catch (e: Throwable) {
            ending.finish(e)
        }
        return ending.ended()
    }

    private suspend fun beginEnd(grace: Duration) =
        structure.withLock {
            if (!slots.run(state.close())) return@withLock
            endsAt = runtime.now().plusOrNever(grace.coerceAtMost(FOREVER))
            connector.cancelOpens()
        }

    private companion object {
        /** While somebody waits, connecting is tried at least this often. */
        val EAGER_RETRY = 100.milliseconds

        /** Most connects take much less; a handshake over a slow network fits in. */
        val SLOW_OPEN = 1.seconds

        /** Most probes are one round trip. */
        val SLOW_PROBE = 250.milliseconds

        /** A grace longer than anybody waits, short enough to be added to a time. */
        val FOREVER = (Long.MAX_VALUE / 4).nanoseconds

        fun Long.plusOrNever(more: Duration): Long {
            val nanos = more.inWholeNanoseconds
            return if (this > Long.MAX_VALUE - nanos) Long.MAX_VALUE else this + nanos
        }

        fun settingsOf(config: PoolConfig, dormant: Boolean) =
            MaintenanceSettings(
                config.maxSize,
                if (dormant) 0 else config.minIdle,
                config.maxConcurrentOpens,
                config.trustWindow.orNever(),
                config.probeOnReturn,
                config.idleTimeout.orNever(),
                config.keepaliveInterval.orNever(),
                config.statsInterval.inWholeNanoseconds,
                EAGER_RETRY.inWholeNanoseconds,
                config.failFastAfter.orNever(),
                SLOW_OPEN.inWholeNanoseconds,
                SLOW_PROBE.inWholeNanoseconds,
            )
    }
}
