package dev.rockpool.internal.engine.upkeep

import dev.rockpool.PoolConfig
import dev.rockpool.internal.base.PoolThreads
import dev.rockpool.internal.base.logError
import dev.rockpool.internal.base.logInfo
import dev.rockpool.internal.base.logWarn
import dev.rockpool.internal.base.orNever
import dev.rockpool.internal.core.slot.PhaseCounts
import dev.rockpool.internal.core.upkeep.MaintenancePlanner
import dev.rockpool.internal.core.upkeep.MaintenanceSettings
import dev.rockpool.internal.core.upkeep.UnusedDetector
import dev.rockpool.internal.engine.acquire.Deadlines
import dev.rockpool.internal.engine.report.ExhaustionWatch
import dev.rockpool.internal.engine.report.Health
import dev.rockpool.internal.engine.report.PoolNumbers
import dev.rockpool.internal.engine.report.PublishedStats
import dev.rockpool.internal.engine.runtime.PoolLifetime
import dev.rockpool.internal.engine.runtime.PoolRuntime
import java.util.concurrent.CompletableFuture
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds
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
import kotlinx.coroutines.launch
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull

/**
 * The single coroutine that maintains a pool. It asks [MaintenancePlanner] what to do, lets [ConnectionLifecycle] do
 * it, publishes stats, and sleeps until it is woken or the next deadline. Its inbox only means "look again". The work
 * is read from the slots, so no message can be lost or outdated.
 *
 * The pool's job is a child of the job it was created in. When that is cancelled, the keeper forces the close of the
 * pool, without being cancelled itself.
 */
internal class Keeper<C : Any>(
    private val runtime: PoolRuntime<C>,
    private val numbers: PoolNumbers,
    private val health: Health,
    private val connector: ConnectionLifecycle<C>,
    context: CoroutineContext,
    private val deadlines: Deadlines<C>,
    private val inbox: Channel<Unit>,
    private val exhaustion: ExhaustionWatch,
    lazily: Boolean,
    private val lifetime: PoolLifetime?,
) {
    private val config
        get() = runtime.config()

    private val state = runtime.state()
    private val slots = runtime.slots()
    private var applied = config

    /** No caller has needed a connection yet, and none is opened before. */
    private var dormant = lazily
    private val planner = MaintenancePlanner(state, MaintenanceSettings.of(applied, dormant), slots.allowance())
    private val leaks = LeakReporter(runtime, connector)
    private val job: CompletableJob = SupervisorJob(context[Job])
    private val scope = CoroutineScope(context + job)

    /** A closed pool must not reserve slots. Held for the decision only. */
    private val planLock = Mutex()
    private val stuckCalls = StuckCallDetector(runtime, connector, scope)
    private val freezes = connector.freezes
    private val unused = lifetime?.idlePoolTimeout?.let { UnusedDetector(it.inWholeNanoseconds) }

    /** When the grace is over; `Long.MAX_VALUE` while the pool is open. */
    @Volatile private var endsAt = Long.MAX_VALUE
    private val shutdown =
        Shutdown(runtime, arrayOf({ connector.cancel() }, { runtime.events().cancel() }, { tellClosing() }), job)
    val stats = PublishedStats(numbers)

    fun start() {
        PoolThreads.pools(1)
        try {
            job.invokeOnCompletion { shutdown.jobCompleted() }
            // First, because at a cold start the connect takes longer than all that follows.
            scope.launch { keepOrEnd() }.invokeOnCompletion { shutdown.finish(it) }
            scope
                .launch { deadlines.watch() }
                .invokeOnCompletion { if (it !is CancellationException) shutdown.finish(it) }
            logInfo { "pool '${config.name}' has started, for up to ${config.maxSize} connections" }
        } catch (e: Throwable) {
            shutdown.finish(e)
            throw e
        }
    }

    /** Runs the keeper. Cancellation is the order to force the close, and it continues until that is done. */
    private suspend fun keepOrEnd() =
        try {
            keep()
        } catch (e: CancellationException) {
            withContext(NonCancellable) {
                beginClose(Duration.ZERO)
                keep()
            }
            throw e
        }

    private suspend fun keep() {
        while (true) {
            val nextLook =
                try {
                    look()
                } catch (e: Throwable) { // Errors too: without memory or threads it continues as soon as possible
                    currentCoroutineContext().ensureActive() // otherwise it is not the order to close
                    logError(e) { "pool '${config.name}': the keeper failed; it retries" }
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
        stats.publishNow()
    }

    /** When everything still open is left to [Shutdown]; `Long.MAX_VALUE` while the pool is open. */
    private fun givesUpAt(): Long = endsAt.plusOrNever(config.closeTimeout + Shutdown.SLACK)

    private fun timeLeft(): Duration =
        (givesUpAt() - runtime.now()).nanoseconds.coerceIn(Shutdown.MOMENT, maxOf(config.closeTimeout, Shutdown.MOMENT))

    /** Does the work that is due now. Returns when to look again. */
    private suspend fun look(): Long {
        val now = runtime.now()
        if (freezes.hasFrozen(now, runtime.wallClock(), config.trustWindow.orNever())) {
            slots.markAllStale()
            stuckCalls.processWasFrozen()
        }
        slots.run(state.waiters().failed().shed(now))
        val wasDown = state.connectivity().down() != null
        var unusedUntil = Long.MAX_VALUE
        val plan =
            planLock.withLock {
                if (config !== applied) apply(config)
                unusedUntil = closeIfUnused(now)
                planner.plan(now)
            }
        if (unusedUntil <= now) closedItself()
        if (dormant && plan.open().isNotEmpty()) {
            dormant = false
            planner.settings(MaintenanceSettings.of(applied, dormant))
        }
        plan.open().forEach(connector::open)
        plan.probe().forEach(connector::probe)
        plan.close().forEach(connector::close)
        val unattended = connector.closeUnattended()
        failWhileDown(wasDown)
        leaks.look(now)
        stuckCalls.look(now)
        if (now >= endsAt) {
            leaks.reclaimAll(now)
            connector.abortProbes()
        }
        health.sendChange(PhaseCounts.of(state.slots()), exhaustion.look(now))
        val graceEnds = if (now < endsAt) endsAt else Long.MAX_VALUE
        val closing = if (unattended) now + config.statsInterval.inWholeNanoseconds else Long.MAX_VALUE
        val sample = stats.publish(now, config.statsInterval.inWholeNanoseconds)
        val others = minOf(graceEnds, closing, unusedUntil)
        return minOf(plan.nextLook(), sample, minOf(others, state.waiters().failed().nextShed(now)))
    }

    /** Closes the pool if it has been unused for long enough. Returns when to look again. */
    private fun closeIfUnused(now: Long): Long {
        if (unused == null || config.minIdle > 0 || state.isClosed) return Long.MAX_VALUE
        val due = unused.due(state, now)
        if (due > now) return due
        // While a connect is under way it stays open. Its end wakes the keeper.
        if (!state.lifecycle().closeIfUnused(now - unused.limit())) return now + config.statsInterval.inWholeNanoseconds
        endsAt = now
        return due
    }

    private fun closedItself() {
        logInfo { "pool '${config.name}' has closed itself: nobody used it for ${lifetime?.idlePoolTimeout}" }
        tellClosing()
    }

    private fun tellClosing() {
        lifetime?.isClosing()
    }

    private fun failWhileDown(wasDown: Boolean) {
        val down = state.connectivity().down() ?: return
        if (!wasDown) {
            logWarn { "pool '${config.name}' is down: callers fail at once: ${runtime.explain(down.failing.cause)}" }
        }
        slots.run(state.waiters().failed().failWhileDown())
    }

    /** Applies changed settings. */
    private fun apply(config: PoolConfig) {
        state.slots().policy(config.reusePolicy)
        planner.settings(MaintenanceSettings.of(config, dormant))
        applied = config
    }

    private suspend fun sleepUntil(time: Long) {
        freezes.sleepsUntil(time)
        if (time == Long.MAX_VALUE) inbox.receive()
        else withTimeoutOrNull((time - runtime.now()).nanoseconds) { inbox.receive() }
    }

    /** Starts to close the pool. The future completes when that is done, and never fails. */
    fun end(grace: Duration, callers: CoroutineScope): CompletableFuture<Void?> {
        runtime.events().closedByThisThread()
        try {
            shutdown.endWithin(grace.coerceAtMost(FOREVER) + config.closeTimeout + Shutdown.SLACK * 3)
            callers
                .launch(start = CoroutineStart.UNDISPATCHED) {
                    beginClose(grace)
                    inbox.trySend(Unit)
                }
                .invokeOnCompletion { if (it != null) shutdown.finish(it) }
        } catch (e: Throwable) {
            shutdown.finish(e)
        }
        return shutdown.ended()
    }

    /** Completes when the pool has ended, and never fails. */
    fun ended(): CompletableFuture<Void?> = shutdown.ended()

    /** Begins to close, or shortens the grace of a close that has begun. */
    private suspend fun beginClose(grace: Duration) {
        // Before the close: if the clock failed after it, the callers that it failed would never hear of it.
        val until = runtime.now().plusOrNever(grace.coerceAtMost(FOREVER))
        val actions = planLock.withLock { state.lifecycle().close().also { endsAt = minOf(endsAt, until) } }
        if (!slots.run(actions)) return
        tellClosing()
        connector.cancelOpens()
    }

    private companion object {
        /** A grace longer than any caller waits, but short enough to be added to a time. */
        val FOREVER = (Long.MAX_VALUE / 4).nanoseconds

        fun Long.plusOrNever(more: Duration): Long {
            val nanos = more.inWholeNanoseconds
            return if (this > Long.MAX_VALUE - nanos) Long.MAX_VALUE else this + nanos
        }
    }
}
