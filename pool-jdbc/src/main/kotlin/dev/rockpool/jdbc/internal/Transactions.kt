package dev.rockpool.jdbc.internal

import java.sql.Connection
import java.sql.SQLException
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive

/** Runs a block between begin and commit; or rollback, when it throws or was cancelled before the commit. */
internal suspend fun <R> inTransaction(
    connection: Connection,
    isolation: Int?,
    readOnly: Boolean,
    block: suspend (Connection) -> R,
): R {
    if (isolation != null) connection.transactionIsolation = isolation
    if (readOnly) connection.isReadOnly = true
    connection.autoCommit = false
    try {
        val result = block(connection)
        currentCoroutineContext().ensureActive()
        connection.commit()
        return result
    } catch (e: Throwable) {
        rollBackAfter(e, connection)
        throw e
    }
}

private fun rollBackAfter(failure: Throwable, connection: Connection) {
    try {
        if (!connection.isClosed) connection.rollback()
    } catch (e: SQLException) {
        failure.addSuppressed(e)
    }
}
