package dev.rockpool.jdbc.internal.transaction

/**
 * What shall run after a transaction has ended, in the order in which that was asked for.
 *
 * What is undone by rolling back to a savepoint is everything since then, as in the database: a hook for the commit of
 * undone work never runs, one for its rollback runs even if the rest is committed.
 */
internal class CompletionCallbacks<H> {
    private class Entry<H>(val afterCommit: Boolean, val hook: H, var undone: Boolean = false)

    private val entries = ArrayList<Entry<H>>()
    private var taken = false

    /** Returns false when the transaction has ended. */
    @Synchronized
    fun add(afterCommit: Boolean, hook: H): Boolean {
        if (!taken) entries += Entry(afterCommit, hook)
        return !taken
    }

    @Synchronized fun count(): Int = entries.size

    /** All but the first [kept] belong to work that was undone. */
    @Synchronized
    fun undo(kept: Int) {
        for (i in kept until entries.size) entries[i].undone = true
    }

    /** Those that shall run now; asked once. Of an unknown end, only what is known runs. */
    @Synchronized
    fun take(ended: TransactionOutcome<*>): List<H> {
        taken = true
        return entries
            .filter {
                if (it.afterCommit) ended is TransactionOutcome.Committed && !it.undone
                else ended is TransactionOutcome.RolledBack || it.undone
            }
            .map { it.hook }
    }
}
