package dev.rockpool.jdbc.internal.errors

import java.io.IOException
import java.sql.SQLException
import java.sql.SQLRecoverableException
import java.sql.SQLTransientException
import java.util.concurrent.TimeoutException

/**
 * A setting, or a statement of the user's, that a new connection was not given: the server or the driver refused it.
 *
 * @property property the setting, by its name
 * @property isFinal whether it was never accepted in this pool and will not be: another try is of no use
 */
internal class RefusedException(
    val property: String,
    private val value: Any?,
    private val refusal: SQLException,
    val isFinal: Boolean = false,
) :
    SQLException(
        property + (if (value == null) "" else " '$value'") + " is refused: " + (refusal.message ?: refusal.toString()),
        refusal.sqlState,
        refusal.errorCode,
        refusal,
    ) {
    /** The same without anything that nobody may see. */
    fun told(hidden: Hidden, isFinal: Boolean): RefusedException {
        val shown = (value as? String)?.let { hidden.text(it) } ?: value
        return RefusedException(property, shown, hidden.error(refusal) as? SQLException ?: refusal, isFinal)
    }
}

/** What a refusal means. */
internal object RefusedSettings {
    /** Lost, conflict, no resources, in use, stopped by an operator, internal; and those of a standby or a lock. */
    private val passing = listOf("08", "40", "53", "55", "57", "58", "XX", "25006", "HYT")

    /** Whether the answer will be the same next time: nothing in it says "not now" or "not here". */
    fun isFinal(refusal: SQLException, vendor: Vendor): Boolean =
        ConnectErrors.causesOf(refusal).none { cause ->
            cause is SQLTransientException ||
                cause is SQLRecoverableException ||
                cause is IOException ||
                cause is TimeoutException ||
                cause is InterruptedException ||
                cause is SQLException && isPassing(cause, vendor)
        }

    private fun isPassing(error: SQLException, vendor: Vendor) =
        passing.any { error.sqlState.orEmpty().startsWith(it) } || vendor.passing.has(error.sqlState, error.errorCode)

    /** What to do about it. */
    fun advice(property: String): String =
        when (property) {
            "initSql",
            "resetSql" -> "correct that statement, or give the user the right to run it"
            "transactionIsolation" -> "choose a level that this database has"
            "catalog",
            "schema" -> "see that it exists, and that the user may use it"
            else -> "leave it out, or choose a value that this database accepts"
        }
}
