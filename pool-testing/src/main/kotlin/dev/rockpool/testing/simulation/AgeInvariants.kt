package dev.rockpool.testing.simulation

import dev.rockpool.internal.core.slot.Phase
import dev.rockpool.internal.core.slot.Slot

/**
 * Laws 24 and 25: connections that are idle too long, or too old, are closed. The keeper measures with a precision of
 * one tick; a lease that ends, which it is not told of, can make an old connection unneeded. With `probeOnReturn`, idle
 * time counts from the end of the probe. A connection that is kept fresh may be in a probe when it is due.
 */
internal val AGES: List<Invariant> =
    listOf(
        Invariant(Moment.SETTLED) {
            val limit = simulation.config.maxLifetime?.inWholeMilliseconds
            if (limit == null || !isOpen || !isPunctual) null
            else
                slotsIn(Phase.IDLE)
                    .firstOrNull { now - it.connection().arrivedAt > limit }
                    ?.takeIf { !mayAwaitReplacement && now - history.replaceableSince > tick }
                    ?.let { "${it.connection()} is idle and older than maxLifetime, $limit ms" }
        },
        Invariant(Moment.SETTLED) {
            val limit = simulation.config.idleTimeout?.inWholeMilliseconds
            val surplus = stats.idle - simulation.config.minIdle
            val mayBeProbed = simulation.config.probeOnReturn || simulation.peeks.isOn
            val probe = if (mayBeProbed) simulation.config.probeTimeout.inWholeMilliseconds else 0
            if (limit == null || surplus <= 0 || !isOpen) null
            else {
                val bound = limit + 2 * tick + probe
                val long = slotsIn(Phase.IDLE).filter { now - lastUse(it) > bound }
                brokenIf(isPunctual && long.size >= stats.idle) {
                    "idle for more than $bound ms: ${long.map { it.connection() }}"
                }
            }
        },
    )

/** A caller that was served and cancelled at the same moment has used the connection, too. */
private fun Observation.lastUse(slot: Slot<SimulatedConnection>): Long =
    maxOf(slot.connection().usedAt, history.lentAt(slot))

/** A connection that `minIdle` needs may stay until its replacement is open. */
internal val Observation.mayAwaitReplacement: Boolean
    get() = !mustGiveUpPlace && (stats.idle <= simulation.config.minIdle || stats.opening > 0 || history.isFailing)

/**
 * On a full server a replacement needs the place of the old connection, so that one must close first. Connections are
 * replaced one at a time.
 */
private val Observation.mustGiveUpPlace: Boolean
    get() = history.isFull(stats) && stats.opening + stats.closing == 0 && slots.none { it.isRetired }
