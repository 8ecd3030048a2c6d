package dev.rockpool.jdbc

import java.sql.SQLException

/**
 * A user's say on which errors mean that a connection is lost; see [JdbcSettings.fatalErrors].
 *
 * Called on the thread that met the error, so it should be quick. May be called concurrently. One that throws is taken
 * for [FatalError.DEFAULT].
 */
public fun interface FatalErrorRule {
    /**
     * What this error says of its connection. Asked for the error that was thrown, then for those behind it
     * (`getNextException`, ten at most), until one is found [FatalError.FATAL], or this rule says
     * [FatalError.NOT_FATAL].
     */
    public fun judge(error: SQLException): FatalError
}

/** What a [FatalErrorRule] makes of an error. */
public enum class FatalError {
    /** The connection is never lent again. */
    FATAL,

    /** The connection is kept, whatever else is known of this error and of those behind it. */
    NOT_FATAL,

    /** As without the rule. */
    DEFAULT,
}
