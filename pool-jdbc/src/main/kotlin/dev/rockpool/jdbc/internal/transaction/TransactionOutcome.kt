package dev.rockpool.jdbc.internal.transaction

/** How a transaction ended. */
internal sealed interface TransactionOutcome<out R> {
    class Committed<R>(val result: R) : TransactionOutcome<R>

    class RolledBack(val failure: Throwable) : TransactionOutcome<Nothing>

    /** The connection was lost during the commit: it may have been committed, or not. */
    class Unknown(val failure: Throwable) : TransactionOutcome<Nothing>
}

/**
 * Adds another failure as suppressed. The same exception may be thrown twice, and an exception cannot suppress itself.
 */
internal fun Throwable.conjoin(other: Throwable) {
    if (other !== this && suppressed.none { it === other }) addSuppressed(other)
}
