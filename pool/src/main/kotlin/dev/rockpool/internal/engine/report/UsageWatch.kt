package dev.rockpool.internal.engine.report

import dev.rockpool.CallerUsage
import dev.rockpool.PoolStats
import dev.rockpool.SizeAdvice
import dev.rockpool.SlowLease
import dev.rockpool.internal.core.sizing.SizeAdvisor
import dev.rockpool.internal.core.sizing.Usage
import dev.rockpool.internal.core.sizing.UsageHistory
import dev.rockpool.internal.core.stats.CallerTotals
import dev.rockpool.internal.core.stats.LongestLeases
import dev.rockpool.internal.engine.runtime.JitterSource
import dev.rockpool.internal.engine.runtime.PoolRuntime
import dev.rockpool.internal.engine.runtime.labelOf
import java.util.concurrent.CompletableFuture
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration.Companion.nanoseconds
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.cancel
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

/** In nanoseconds: 50 ms. */
private const val BETWEEN_LOOKS = 50_000_000L

/** In nanoseconds. */
private const val SECOND = 1_000_000_000L

private const val UNNAMED = "unnamed"

/**
 * Watches who uses the pool. It samples leases and waiting callers from the outside, so the callers do nothing for it.
 * Looks are irregular, because regular ones would miss, or hit, what happens regularly.
 */
internal class UsageWatch(
    private val runtime: PoolRuntime<*>,
    private val numbers: PoolNumbers,
    context: CoroutineContext,
    private val scope: CoroutineScope,
) {
    private val state = runtime.state()
    private val jitter = JitterSource.of(context)
    private val history = UsageHistory()
    private val totals = CallerTotals()
    private val longest = LongestLeases()

    /** For how long callers have waited although not every connection was leased, since the last second began. */
    private var opening = 0L

    fun start(poolEnded: CompletableFuture<Void?>): UsageWatch = apply {
        poolEnded.whenComplete { _, _ -> stop() }
        scope.launch { keepLooking() }
    }

    fun stop(): Unit = scope.cancel()

    fun advice(): SizeAdvice = SizeAdvisor.advise(history.all(), runtime.config().maxSize)

    fun callers(): List<CallerUsage> = totals.all()

    fun slowest(): List<SlowLease> = longest.all()

    private suspend fun keepLooking() {
        var looked = runtime.now()
        var began = looked
        var before = numbers.snapshot()
        while (!state.isClosed) {
            delay((BETWEEN_LOOKS * (0.5 + jitter.asDouble)).toLong().nanoseconds)
            val now = runtime.now()
            look(now, now - looked)
            looked = now
            if (now - began < SECOND) continue
            val after = numbers.snapshot()
            history.add(usage(before, after, now - began))
            began = now
            before = after
        }
    }

    private fun look(now: Long, elapsed: Long) {
        longest.look()
        for (slot in state.slots().all()) {
            val lease = HeldLease.of(slot, now) ?: continue
            val caller = labelOf(lease.holder) ?: UNNAMED
            totals.held(caller, elapsed)
            val held = lease.held.inWholeNanoseconds
            longest.seen(lease.connection, lease.ticket, caller, HeldLease.nameOf(lease.holder), held)
        }
        if (state.waiting() == 0) return
        for (waiter in state.waiters().all()) totals.waited(labelOf(waiter.holder()) ?: UNNAMED, elapsed)
        if (!state.slots().areAllLeased()) opening += elapsed
    }

    private fun usage(before: PoolStats, after: PoolStats, lasted: Long): Usage {
        val use = after.times.use
        return Usage(
                lasted,
                (arrived(after) - arrived(before)).coerceAtLeast(0).toDouble(),
                use.totalCount - before.times.use.totalCount,
                use.totalNanos() - before.times.use.totalNanos(),
                (after.exhaustedFor - before.exhaustedFor).inWholeNanoseconds,
                opening,
                after.openFailed - before.openFailed,
                after.leaked - before.leaked,
            )
            .also { opening = 0 }
    }

    private fun arrived(stats: PoolStats) =
        stats.acquired + stats.pending + stats.timedOut + stats.cancelled + stats.rejected + stats.shed
}

/** Switches the watch of a pool on and off. */
internal class UsageSwitch(private val begin: () -> UsageWatch) {
    @Volatile private var watch: UsageWatch? = null

    val isOn: Boolean
        get() = watch != null

    @Synchronized
    fun set(on: Boolean) {
        if (on == isOn) return
        watch?.stop()
        watch = if (on) begin() else null
    }

    fun advice(): SizeAdvice =
        watch?.advice()
            ?: SizeAdvice(SizeAdvice.Kind.UNKNOWN, 0, "the usage is not watched: set watchUsage", emptyList())

    fun callers(): List<CallerUsage> = watch?.callers().orEmpty()

    fun slowest(): List<SlowLease> = watch?.slowest().orEmpty()
}
