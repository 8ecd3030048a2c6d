package dev.rockpool

/** The state of a returned connection, see [ConnectionFactory.inspect]. */
public enum class ReturnState {
    /** Unchanged: the pool keeps it. */
    CLEAN,

    /** Alive but changed by its user: the pool calls [ConnectionFactory.reset] before it lends it again. */
    DIRTY,

    /** Unusable: the pool closes it. */
    BROKEN,
}
