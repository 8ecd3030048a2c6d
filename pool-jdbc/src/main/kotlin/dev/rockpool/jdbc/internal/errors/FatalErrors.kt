package dev.rockpool.jdbc.internal.errors

import dev.rockpool.internal.engine.logWarn
import dev.rockpool.jdbc.FatalError
import dev.rockpool.jdbc.FatalErrorRule
import java.sql.SQLException
import java.sql.SQLNonTransientConnectionException
import java.sql.SQLRecoverableException

/**
 * Which errors say that a connection is lost, whatever becomes of the statement that met them: those of the standard,
 * those of the vendor, and what the user says of them.
 */
internal class FatalErrors(private val vendor: Vendor, private val rule: FatalErrorRule?) {
    fun isFatal(error: SQLException): Boolean {
        var next: SQLException? = error
        var steps = 0
        while (next != null && steps++ <= FURTHEST) {
            when (asked(next)) {
                FatalError.FATAL -> return true
                FatalError.NOT_FATAL -> return false
                FatalError.DEFAULT -> if (isFatalAlone(next)) return true
            }
            next = next.nextException
        }
        return false
    }

    private fun asked(error: SQLException): FatalError {
        if (rule == null) return FatalError.DEFAULT
        return try {
            val verdict: FatalError? = rule.judge(error) // null from Java
            verdict ?: FatalError.DEFAULT
        } catch (e: Throwable) { // Errors too: it must harm nobody
            logWarn(e) { "the rule for fatal errors failed; the error is judged without it" }
            FatalError.DEFAULT
        }
    }

    private fun isFatalAlone(error: SQLException): Boolean {
        // By definition: close it and get another one; and: the class of SQLState is 08.
        if (error is SQLRecoverableException || error is SQLNonTransientConnectionException) return true
        if (vendor == Vendor.H2 && error.errorCode == GENERAL_ERROR && isOfStore(error)) return true
        val state = error.sqlState
        return state != null && (state.startsWith(LOST) || state in STATES) || vendor.fatal.has(state, error.errorCode)
    }

    /** H2 closes its file when a thread that reads it is interrupted; the error is no other than that of any fault. */
    private fun isOfStore(error: SQLException) =
        ConnectErrors.causesOf(error).any { it.javaClass.name == "org.h2.mvstore.MVStoreException" }

    private companion object {
        /** H2's for what it did not expect. */
        const val GENERAL_ERROR = 50000

        /** How far a chain is followed; some drivers build long ones, or rings. */
        const val FURTHEST = 10

        /** The class of SQLStates for connection exceptions. */
        const val LOST = "08"

        /** Those that mean one thing only, whoever says so. */
        val STATES =
            setOf(
                "57P01", // PostgreSQL, and what speaks its protocol: terminated by an administrator
                "57P02", // the server crashed
                "57P03", // cannot connect now
                "01002", // disconnect error
                "JZ0C0", // Sybase: the connection is closed already
                "JZ0C1", // Sybase: an I/O error closed the connection
            )
    }
}
