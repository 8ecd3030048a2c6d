package dev.rockpool

/** What a look at a returned connection says of it; see [ConnectionFactory.inspect]. */
public enum class ReturnState {
    /** As good as before: keep it. */
    CLEAN,

    /** Alive, but changed by its user: [ConnectionFactory.reset] it before it is lent again. */
    DIRTY,

    /** Not to be used again: close it. */
    BROKEN,
}
