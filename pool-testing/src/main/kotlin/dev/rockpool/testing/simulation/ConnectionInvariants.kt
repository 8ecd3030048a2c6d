package dev.rockpool.testing.simulation

import dev.rockpool.internal.core.slot.Phase

private val OPEN = setOf(Phase.IDLE, Phase.LEASED, Phase.PROBING)

/** No connection is lost, leased twice or kept after its close. Each open one is in exactly one slot. */
internal val CONNECTIONS: List<Invariant> =
    listOf(
        Invariant(Moment.ALWAYS) {
            slots
                .firstOrNull { it.phase() in OPEN && it.connection().closes > 0 }
                ?.let { "$it keeps ${it.connection()}, which is closed" }
        },
        Invariant(Moment.ALWAYS) {
            val open = slots.filter { it.phase() in OPEN }.map { it.connection().number }
            brokenIf(open.distinct().size != open.size) { "a connection is in two slots: $open" }
        },
        Invariant(Moment.ALWAYS) {
            val kept = slots.filter { it.isKept }
            brokenIf(kept.size > 1 || kept.any { !it.isPeekable }) {
                "more than one connection is kept fresh, or one without a peek: $kept"
            }
        },
        Invariant(Moment.ALWAYS) {
            model.held
                .firstOrNull { held -> !simulation.closing.isForced && slots.none { holds(it, held) } }
                ?.let { "a lease ended while its caller still held it: $it" }
        },
        Invariant(Moment.SETTLED) {
            model.live
                .firstOrNull { connection ->
                    slots.none { it.phase() != Phase.VACANT && it.connection() === connection }
                }
                ?.let { "$it is in no slot but was not closed" }
        },
        Invariant(Moment.SETTLED) {
            val bound = now - simulation.config.resetTimeout.inWholeMilliseconds
            model.returning.firstOrNull { isPunctual && it.returningSince < bound }?.let { "not returned in time: $it" }
        },
        Invariant(Moment.SETTLED) { brokenIf(!isOpen && stats.idle > 0) { "idle connections after close" } },
        Invariant(Moment.SETTLED) {
            brokenIf(isOpen && simulation.closing.isRequested) {
                "the pool is still open although its close was requested"
            }
        },
        Invariant(Moment.SETTLED) {
            // if time may pass while the keeper is ready to run, the close has no bound
            brokenIf(isPunctual && stats.total + stats.closing > 0 && simulation.closing.isOverdue) {
                "the close exceeded its time limit"
            }
        },
    )
