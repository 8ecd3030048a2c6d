package dev.rockpool.testing.simulation

/**
 * Laws of a budget that two pools share: its total, its guarantees, and that idle connections go where callers wait.
 */
internal val BUDGETS: List<Invariant> =
    listOf(
        Invariant(Moment.ALWAYS) {
            neighbour?.let {
                val allowed = it.allowed(connections)
                brokenIf(connections + it.connections > allowed) {
                    "$connections connections and ${it.connections} of the neighbour, but the budget allows $allowed"
                }
            }
        },
        Invariant(Moment.SETTLED) {
            simulation.neighbour?.let {
                val counted = it.takenByOther
                brokenIf(isOpen && counted != connections) {
                    "the budget counts $counted permits, but there are $connections connections"
                }
            }
        },
        Invariant(Moment.SETTLED) {
            brokenIf(isOwed && isPunctual && now - history.owedSince > LONGEST_ASK) {
                "${model.queue} wait while the neighbour keeps an idle connection"
            }
        },
    )

/** In milliseconds. A pool asks every 25 ms while its callers wait. */
private const val LONGEST_ASK = 50

private val Observation.connections: Int
    get() = stats.total + stats.closing

/** Whether the budget lets the pool open another connection. */
internal val Observation.hasPermit: Boolean
    get() = neighbour?.let { it.free(connections) > 0 } ?: true

/** Whether the budget has let the pool open another connection for so long that both pools must have noticed. */
internal val Observation.mayOpen: Boolean
    get() = neighbour == null || isPunctual && hasPermit && now - history.permitSince > LONGEST_ASK

/** Whether the pool needs a permit that the neighbour can do without. */
internal val Observation.isOwed: Boolean
    get() {
        val neighbour = neighbour ?: return false
        val needs = isOpen && !isPaused && !history.isFailing && stats.pending > stats.opening + stats.probing
        return needs && hasRoom && !hasPermit && neighbour.canGive
    }
