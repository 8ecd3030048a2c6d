package dev.rockpool.testing.simulation

import dev.rockpool.internal.core.slot.Phase

/**
 * Laws 24 and 25: what has been idle for too long, or is too old, is closed. The keeper measures to within one look,
 * and from the end of the probe where each return is probed.
 */
internal val AGES: List<Law> =
    listOf(
        Law(Moment.SETTLED) {
            val limit = world.config.maxLifetime?.inWholeMilliseconds
            if (limit == null || !isOpen || !isPunctual) null
            else
                slotsIn(Phase.IDLE)
                    .firstOrNull { now - it.connection().arrivedAt > limit && !mayAwaitReplacement }
                    ?.let { "${it.connection()} is idle, and older than $limit ms" }
        },
        Law(Moment.SETTLED) {
            val limit = world.config.idleTimeout?.inWholeMilliseconds
            val surplus = stats.idle - world.config.minIdle
            val probe = if (world.config.probeOnReturn) world.config.probeTimeout.inWholeMilliseconds else 0
            if (limit == null || surplus <= 0 || !isOpen) null
            else {
                val bound = limit + 2 * tick + probe
                val long = slotsIn(Phase.IDLE).filter { now - it.connection().usedAt > bound }
                "${long.map { it.connection() }} are idle for more than $bound ms"
                    .takeIf { isPunctual && long.size >= stats.idle }
            }
        },
    )

/** One that is needed for the minimum may stay until another one has been opened. */
private val Look.mayAwaitReplacement: Boolean
    get() = !mustGiveUpPlace && (stats.idle <= world.config.minIdle || stats.opening > 0 || backlog.isFailing)

/** On a server that is full there is no replacement before its place is free. They go one at a time. */
private val Look.mustGiveUpPlace: Boolean
    get() = backlog.isFull(stats) && stats.opening + stats.closing == 0 && slots.none { it.isRetired }
