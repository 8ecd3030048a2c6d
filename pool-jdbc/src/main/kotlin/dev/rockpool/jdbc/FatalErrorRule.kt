package dev.rockpool.jdbc

import java.sql.SQLException

/**
 * A user's rule for which errors mean that a connection is lost; see [JdbcSettings.fatalErrors].
 *
 * Called on the thread that got the error, so it should be quick. May be called concurrently. If it throws, the result
 * counts as [FatalError.DEFAULT].
 */
public fun interface FatalErrorRule {
    /**
     * Judges an error. Called for the error that was thrown, then for its next exceptions (`getNextException`, ten at
     * most), until one is [FatalError.FATAL], or this rule returns [FatalError.NOT_FATAL].
     */
    public fun judge(error: SQLException): FatalError
}

/** The result of a [FatalErrorRule]. */
public enum class FatalError {
    /** The connection is never lent again. */
    FATAL,

    /** The connection is kept, even if this error or one of its next exceptions is otherwise known as fatal. */
    NOT_FATAL,

    /** The same as without a rule. */
    DEFAULT,
}
