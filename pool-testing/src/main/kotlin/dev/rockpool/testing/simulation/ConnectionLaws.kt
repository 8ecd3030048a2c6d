package dev.rockpool.testing.simulation

import dev.rockpool.internal.core.slot.Phase

private val OPEN = setOf(Phase.IDLE, Phase.LEASED, Phase.PROBING)

/** No connection is lost, held twice or kept after its close: each that is open is in one slot, and in one state. */
internal val CONNECTIONS: List<Law> =
    listOf(
        Law(Moment.ALWAYS) {
            slots
                .firstOrNull { it.phase() in OPEN && it.connection().closes > 0 }
                ?.let { "$it keeps ${it.connection()}, which is closed" }
        },
        Law(Moment.ALWAYS) {
            val open = slots.filter { it.phase() in OPEN }.map { it.connection().number }
            "a connection is in two slots: $open".takeIf { open.distinct().size != open.size }
        },
        Law(Moment.ALWAYS) {
            model.held
                .firstOrNull { held -> !world.ending.isForced && slots.none { holds(it, held) } }
                ?.let { "the lease ended in the hands of its holder: $it" }
        },
        Law(Moment.SETTLED) {
            model.live
                .firstOrNull { connection ->
                    slots.none { it.phase() != Phase.VACANT && it.connection() === connection }
                }
                ?.let { "$it is in no slot, and was not closed" }
        },
        Law(Moment.SETTLED) {
            val bound = now - world.config.resetTimeout.inWholeMilliseconds
            model.returning.firstOrNull { isPunctual && it.returnsSince < bound }?.let { "still on its way back: $it" }
        },
        Law(Moment.SETTLED) { "idle after close".takeIf { !isOpen && stats.idle > 0 } },
        Law(Moment.SETTLED) {
            "the pool goes on after its end was asked for".takeIf { isOpen && world.ending.isAsked }
        },
        Law(Moment.SETTLED) {
            // where time passes while the keeper is ready to run, nothing bounds the close
            "the close takes too long"
                .takeIf { isPunctual && stats.total + stats.closing > 0 && world.ending.isOverdue }
        },
    )
