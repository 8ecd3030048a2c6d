package dev.rockpool.jdbc.internal.transaction

/**
 * Hooks that run after a transaction has ended, in the order in which they were added.
 *
 * After a rollback to a savepoint, the `afterCommit` hooks added since then are dropped. Their `afterRollback`
 * counterparts run, even if the rest is committed.
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

    /** Marks all but the first [kept] as undone. */
    @Synchronized
    fun undo(kept: Int) {
        for (i in kept until entries.size) entries[i].undone = true
    }

    /** The hooks to run now. Called once. After an unknown outcome, only hooks of undone work run. */
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
