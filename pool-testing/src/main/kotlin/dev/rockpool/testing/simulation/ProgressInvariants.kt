package dev.rockpool.testing.simulation

import dev.rockpool.Backoff
import dev.rockpool.internal.core.slot.Phase
import kotlin.math.pow
import kotlin.time.Duration

/** While callers wait, a connect is attempted at least this often, in milliseconds. */
private const val MAX_PAUSE_WITH_WAITERS = 100L

/** No caller waits in vain: if a connection could serve it, that is already happening. */
internal val PROGRESS: List<Invariant> =
    listOf(
        Invariant(Moment.SETTLED) {
            model.queue.firstOrNull { it.deadline <= now }?.let { "$it is waiting past its deadline ${it.deadline}" }
        },
        Invariant(Moment.SETTLED) {
            brokenIf(!isOpen && model.queue.isNotEmpty()) { "callers wait after close: ${model.queue}" }
        },
        Invariant(Moment.SETTLED) {
            if (model.queue.isEmpty() || isPaused) null
            else
                slotsIn(Phase.IDLE)
                    .firstOrNull { !it.isStale && !it.isRetired }
                    ?.let { "$it is free while ${model.queue} are waiting" }
        },
        Invariant(Moment.SETTLED) {
            if (stats.pending <= stats.probing || isPaused) null
            else
                slotsIn(Phase.IDLE)
                    .firstOrNull { it.isStale }
                    ?.let { "$it is not being probed while ${model.queue} are waiting" }
        },
        Invariant(Moment.SETTLED) {
            brokenIf(
                isOpen &&
                    !isPaused &&
                    stats.pending > stats.opening + stats.probing &&
                    hasRoom &&
                    mayOpen &&
                    now - history.lastFailure >
                        (if (history.isStillFull(stats)) longestPause else MAX_PAUSE_WITH_WAITERS)
            ) {
                "${model.queue} are waiting and there is room, but no connect is running"
            }
        },
        Invariant(Moment.ALWAYS) {
            val pause = now - history.lastFailure
            brokenIf(
                stats.opening > before.opening &&
                    history.isFull(before) &&
                    history.isFull(stats) &&
                    pause < shortestPause
            ) {
                "the server is full, but a connect followed after only $pause ms"
            }
        },
        Invariant(Moment.SETTLED) {
            val minimum = minOf(simulation.config.minIdle, stats.maxSize - stats.leased - stats.closing)
            brokenIf(
                isOpen &&
                    stats.idle + stats.opening + stats.probing < minimum &&
                    hasRoom &&
                    mayOpen &&
                    !isFailing &&
                    stats.pending == 0 &&
                    isPunctual &&
                    now - history.tooFewSince > tick
            ) {
                "fewer than $minimum idle, but no connect is running"
            }
        },
    )

/**
 * The shortest allowed pause before the next connect to a full server: the backoff after this many failures, minus
 * jitter.
 */
private val Observation.shortestPause: Long
    get() =
        drawnBackoff?.run {
            val grown = initial * factor.pow(history.refusals - 1)
            (minOf(grown, max) * (1 - jitter)).inWholeMilliseconds
        } ?: 0

private val Observation.longestPause: Long
    get() = drawnBackoff?.run { (max * (1 + jitter)).inWholeMilliseconds } ?: Long.MAX_VALUE

/** The exponential backoff, or null if the test set another kind. */
private val Observation.drawnBackoff: Backoff.Exponential?
    get() = simulation.config.backoff as? Backoff.Exponential

/** Whether another connect may start, apart from the budget. */
internal val Observation.hasRoom: Boolean
    get() =
        stats.total + stats.closing < stats.maxSize &&
            stats.opening < (if (isFailing) 1 else minOf(simulation.config.maxConcurrentOpens, worthOpening))

/**
 * How many connects may run at once. While connections are in use, one, plus one for each 25 ms that the oldest waiter
 * has waited.
 */
private val Observation.worthOpening: Int
    get() =
        if (stats.leased + stats.closing + (if (probesEachLease) stats.probing else 0) == 0) Int.MAX_VALUE
        else 1 + ((now - (model.queue.minOfOrNull { it.startedAt } ?: now)) / WAIT_STEP).toInt()

/** Whether every lease begins or ends with a probe. Then connections being probed count as in use. */
private val Observation.probesEachLease: Boolean
    get() = simulation.config.probeOnReturn || simulation.config.trustWindow == Duration.ZERO

private const val WAIT_STEP = 25

private val Observation.isFailing: Boolean
    get() = history.isFailing
