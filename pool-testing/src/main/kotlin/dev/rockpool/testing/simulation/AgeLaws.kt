package dev.rockpool.testing.simulation

import dev.rockpool.internal.core.Phase

/**
 * Laws 24 and 25: what has been idle for too long, or is too old, is closed. The keeper measures to within one look.
 */
internal val AGES: List<Law> =
    listOf(
        Law(Moment.SETTLED) {
            val limit = world.config.maxLifetime?.inWholeMilliseconds
            val needed = stats.idle <= world.config.minIdle // stays until another one has been opened
            if (limit == null || !isOpen || needed || !isPunctual) null
            else
                slotsIn(Phase.IDLE)
                    .firstOrNull { now - it.connection().arrivedAt > limit && !mayAwaitReplacement }
                    ?.let { "${it.connection()} is idle, and older than $limit ms" }
        },
        Law(Moment.SETTLED) {
            val limit = world.config.idleTimeout?.inWholeMilliseconds
            val surplus = stats.idle - world.config.minIdle
            if (limit == null || surplus <= 0 || !isOpen) null
            else {
                val bound = limit + 2 * tick
                val long = slotsIn(Phase.IDLE).filter { now - it.connection().usedAt > bound }
                "${long.map { it.connection() }} are idle for more than $bound ms"
                    .takeIf { isPunctual && long.size >= stats.idle }
            }
        },
    )

/** One that is needed for the minimum may stay until another one has been opened. */
private val Look.mayAwaitReplacement: Boolean
    get() = stats.idle <= world.config.minIdle || stats.opening > 0 || backlog.isFailing
