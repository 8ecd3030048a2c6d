package dev.rockpool.testing.simulation

import dev.rockpool.Backoff
import dev.rockpool.internal.core.slot.Phase
import kotlin.math.pow
import kotlin.time.Duration

/** While somebody waits, connecting is tried at least this often. */
private const val EAGER = 100L

/** Nobody waits for nothing: what could serve a caller does, or is on its way. */
internal val PROGRESS: List<Law> =
    listOf(
        Law(Moment.SETTLED) {
            model.queue.firstOrNull { it.deadline <= now }?.let { "$it waits past its deadline ${it.deadline}" }
        },
        Law(Moment.SETTLED) {
            "somebody waits after close: ${model.queue}".takeIf { !isOpen && model.queue.isNotEmpty() }
        },
        Law(Moment.SETTLED) {
            if (model.queue.isEmpty() || isPaused) null
            else
                slotsIn(Phase.IDLE)
                    .firstOrNull { !it.isStale && !it.isRetired }
                    ?.let { "$it is free, and ${model.queue} wait" }
        },
        Law(Moment.SETTLED) {
            if (stats.pending <= stats.probing || isPaused) null
            else slotsIn(Phase.IDLE).firstOrNull { it.isStale }?.let { "$it is not probed, and ${model.queue} wait" }
        },
        Law(Moment.SETTLED) {
            "${model.queue} wait, there is room, and nobody opens"
                .takeIf {
                    isOpen &&
                        !isPaused &&
                        stats.pending > stats.opening + stats.probing &&
                        hasRoom &&
                        now - backlog.lastFailure > (if (backlog.isFull(stats)) longestPause else EAGER)
                }
        },
        Law(Moment.ALWAYS) {
            val pause = now - backlog.lastFailure
            "the server is full, and was asked again after $pause ms"
                .takeIf {
                    stats.opening > before.opening &&
                        backlog.isFull(before) &&
                        backlog.isFull(stats) &&
                        pause < shortestPause
                }
        },
        Law(Moment.SETTLED) {
            val minimum = minOf(world.config.minIdle, stats.maxSize - stats.leased - stats.closing)
            "fewer than $minimum idle, and nobody opens"
                .takeIf {
                    isOpen &&
                        stats.idle + stats.opening + stats.probing < minimum &&
                        hasRoom &&
                        !isFailing &&
                        stats.pending == 0 &&
                        isPunctual &&
                        now - backlog.tooFewSince > tick
                }
        },
    )

/**
 * Before the next attempt on a server that is full: the pause after so many failures, as short as the jitter makes it.
 */
private val Look.shortestPause: Long
    get() =
        drawnBackoff?.run {
            val grown = initial * factor.pow(backlog.refusals - 1)
            (minOf(grown, max) * (1 - jitter)).inWholeMilliseconds
        } ?: 0

private val Look.longestPause: Long
    get() = drawnBackoff?.run { (max * (1 + jitter)).inWholeMilliseconds } ?: Long.MAX_VALUE

/** Null where the test has set pauses of another kind. */
private val Look.drawnBackoff: Backoff.Exponential?
    get() = world.config.backoff as? Backoff.Exponential

/** Whether another connect may begin. */
private val Look.hasRoom: Boolean
    get() =
        stats.total + stats.closing < stats.maxSize &&
            stats.opening < (if (isFailing) 1 else minOf(world.config.maxConcurrentOpens, worthOpening))

/**
 * While connections are in use, or were until now, one at once, and one more for each step that somebody has waited.
 */
private val Look.worthOpening: Int
    get() =
        if (stats.leased + stats.closing + (if (isProving) stats.probing else 0) == 0) Int.MAX_VALUE
        else 1 + ((now - (model.queue.minOfOrNull { it.askedAt } ?: now)) / WAIT_STEP).toInt()

/** Whether each lease begins or ends with a probe: then what is probed is as good as in use. */
private val Look.isProving: Boolean
    get() = world.config.probeOnReturn || world.config.trustWindow == Duration.ZERO

private const val WAIT_STEP = 25

private val Look.isFailing: Boolean
    get() = backlog.isFailing
