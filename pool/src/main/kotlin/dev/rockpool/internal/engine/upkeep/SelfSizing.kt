package dev.rockpool.internal.engine.upkeep

import dev.rockpool.AutoSize
import dev.rockpool.CloseReason
import dev.rockpool.ConnectFailure
import dev.rockpool.InvalidConfigException
import dev.rockpool.PoolEvent
import dev.rockpool.PoolStats
import dev.rockpool.SizeWindow
import dev.rockpool.internal.base.logError
import dev.rockpool.internal.base.logInfo
import dev.rockpool.internal.core.sizing.ThroughputSizer
import dev.rockpool.internal.core.slot.PhaseCounts
import dev.rockpool.internal.engine.report.PoolNumbers
import dev.rockpool.internal.engine.runtime.PoolRuntime
import java.util.concurrent.CompletableFuture
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.toJavaDuration
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.cancel
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull

/**
 * Measures one window after another, and gives the pool the size that the strategy wants for the next. It only sets
 * `maxSize`; the keeper opens and closes connections. Tested by `SelfSizingLaws`.
 */
internal class SelfSizing(
    private val runtime: PoolRuntime<*>,
    private val numbers: PoolNumbers,
    private val sizes: AutoSize,
    private val scope: CoroutineScope,
    private val resize: (Int) -> Unit,
) : AutoSize.Running {
    private class Full(val open: Int)

    private val state = runtime.state()
    private val interval = sizes.interval.toKotlinDuration()
    private val strategy = sizes.strategy?.get() ?: ThroughputSizer(runtime.name().hashCode().toLong())
    private val refused = Channel<Full>(Channel.CONFLATED)
    private var watch: AutoCloseable? = null
    private var whenEnded: () -> Unit = {}

    /** The most connections that the server had room for, and until when that is believed. */
    private var room = Int.MAX_VALUE
    private var roomUntil = 0L

    /** The size that was set last. Another one was set by hand. */
    private var asked = runtime.config().maxSize

    @Volatile private var decided = asked

    private val floor
        get() = maxOf(sizes.min, runtime.config().minIdle, state.reserved())

    init {
        val minIdle = runtime.config().minIdle
        if (minIdle > sizes.max) {
            val problem = "minIdle is $minIdle but must be at most the greatest size, ${sizes.max}"
            throw InvalidConfigException(runtime.name(), listOf(problem))
        }
    }

    fun start(
        connector: ConnectionLifecycle<*>,
        poolEnded: CompletableFuture<Void?>,
        whenEnded: () -> Unit,
    ): SelfSizing {
        this.whenEnded = whenEnded
        watch =
            connector.watchConnects { _, kind ->
                if (kind == ConnectFailure.FULL) refused.trySend(Full(PhaseCounts.of(state.slots()).open()))
            }
        poolEnded.whenComplete { _, _ -> stop() }
        scope.launch { keepSizing() }
        return this
    }

    override fun getSize(): Int = decided

    override fun close() {
        stop()
        if (!state.isClosed && runtime.config().maxSize != decided) resize(decided)
    }

    private fun stop() {
        scope.cancel()
        watch?.close()
        whenEnded()
    }

    private suspend fun keepSizing() {
        try {
            keepWithin("the size may be $floor to ${ceiling()}")
            while (!state.isClosed) {
                followHand()
                val window = measure() ?: continue
                val next = strategy.next(window).coerceIn(floor, maxOf(floor, ceiling()))
                if (strategy.size != decided) decide(strategy.size, strategy.reason)
                set(next)
            }
        } catch (e: CancellationException) {
            throw e
        } catch (e: Throwable) { // a strategy is the user's code
            logError(e) { "pool '${runtime.name()}' sizes itself no longer: its strategy failed" }
            close()
        }
    }

    private fun decide(size: Int, reason: String) {
        val from = decided
        decided = size
        logInfo { "pool '${runtime.name()}' changes its size from $from to $size: $reason" }
        runtime.events().send { PoolEvent.Resized(from, size, reason) }
    }

    private fun set(size: Int) {
        if (size != asked) resize(size)
        asked = size
    }

    /** Goes on from a size that was set by hand. */
    private fun followHand() {
        val now = runtime.config().maxSize
        if (now == asked) return
        asked = now
        decided = now
        keepWithin("the size may be $floor to ${ceiling()}")
    }

    /** Brings the size inside the limits, at once. */
    private fun keepWithin(reason: String) {
        val allowed = floor..maxOf(floor, ceiling())
        val inside = decided.coerceIn(allowed)
        if (inside != decided) decide(inside, reason)
        if (asked !in allowed) set(inside)
    }

    /** The greatest size for now. */
    private fun ceiling(): Int {
        if (runtime.now() >= roomUntil) room = Int.MAX_VALUE
        return minOf(sizes.max, room, ofBudget())
    }

    /** What the budget has left for this pool. */
    private fun ofBudget(): Int {
        val budget = runtime.config().budget?.budget ?: return Int.MAX_VALUE
        val others = budget.pools.filter { it.pool != runtime.name() }
        return budget.total - others.sumOf { maxOf(it.guaranteed, it.taken) }
    }

    /**
     * Waits, unless the server refuses a connection because it is full. Then the size is lowered, and this is false.
     */
    private suspend fun undisturbedFor(nanos: Long): Boolean {
        val full = withTimeoutOrNull(nanos.nanoseconds) { refused.receive() } ?: return true
        room = maxOf(floor, full.open)
        roomUntil = runtime.now() + BELIEVED
        keepWithin("the server has no room for more than ${full.open} connections")
        return false
    }

    /** Measures a window at the present size; null if there was none. */
    private suspend fun measure(): SizeWindow? {
        val size = runtime.config().maxSize
        val hasFollowed = follow(size) ?: return null
        val before = numbers.current()
        val began = runtime.now()
        var after = before
        do {
            if (!undisturbedFor(interval.inWholeNanoseconds)) return null
            after = numbers.current()
            val lasted = runtime.now() - began
            val tooFew = ended(after) - ended(before) < ENOUGH && after.pending > 0
        } while (tooFew && lasted < interval.inWholeNanoseconds * LONGEST)
        val lasted = (runtime.now() - began).nanoseconds
        if (state.isClosed || runtime.config().maxSize != size) return null // another size was set by hand
        return SizeWindow(
            size,
            floor,
            maxOf(floor, ceiling()),
            lasted.toJavaDuration(),
            (ended(after) - ended(before)).coerceAtLeast(0),
            ((after.exhaustedFor - before.exhaustedFor) / lasted).coerceIn(0.0, 1.0),
            !hasFollowed || isDisturbed(before, after),
        )
    }

    /** Waits until there are as many connections as the size wants. False if there still are not; null if disturbed. */
    private suspend fun follow(size: Int): Boolean? {
        val began = runtime.now()
        while (true) {
            val now = numbers.current()
            val open = now.idle + now.leased + now.probing
            val waited = (runtime.now() - began) / interval.inWholeNanoseconds
            if (open - leftOver(waited, size) <= size && (open >= size || now.pending == 0)) return true
            if (waited >= LONGEST || state.isClosed) return false
            if (!undisturbedFor(interval.inWholeNanoseconds / FREQUENT)) return null
            if (runtime.config().maxSize != size) return null
        }
    }

    /** A few long leases that end later than those of a smaller size should. After a while they are not waited for. */
    private fun leftOver(waited: Long, size: Int): Int {
        if (waited < PATIENCE) return 0
        val retired = state.slots().all().count { it.isOpen && it.isRetired }
        return if (retired <= maxOf(FEW, size / FREQUENT)) retired else 0
    }

    private fun ended(stats: PoolStats) = stats.acquired - stats.leased

    private fun isDisturbed(before: PoolStats, after: PoolStats) =
        after.openFailed > before.openFailed ||
            before.paused ||
            after.paused ||
            (lost(after) - lost(before)) * 2 >= after.maxSize

    /** Connections that have failed. */
    private fun lost(stats: PoolStats) = FAILURES.sumOf { stats.closedBy[it] ?: 0 }

    private companion object {
        /** A window with fewer leases is extended. */
        const val ENOUGH = 50

        /** A window is extended to at most this many intervals. */
        const val LONGEST = 20

        /** After this many intervals, a window ends even with few leases. */
        const val PATIENCE = 2

        /** So many leases are few in any pool. */
        const val FEW = 3

        /** How often in an interval the connections are counted while they follow the size. */
        const val FREQUENT = 10

        /** In a deployment the old and the new processes share the server, but not for ever. */
        val BELIEVED = 10.minutes.inWholeNanoseconds

        val FAILURES = listOf(CloseReason.DEAD, CloseReason.BROKEN, CloseReason.SILENT)
    }
}
