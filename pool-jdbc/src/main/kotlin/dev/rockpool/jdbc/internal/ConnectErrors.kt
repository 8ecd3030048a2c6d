package dev.rockpool.jdbc.internal

import dev.rockpool.ConnectFailure
import java.security.GeneralSecurityException
import java.sql.SQLException
import java.sql.SQLFeatureNotSupportedException

/** Which failed connects another try will not mend. */
internal object ConnectErrors {
    private const val WRONG_LOGIN = "28"
    private const val NO_SUCH_DATABASE = "3D000"

    /** How far a chain of causes is followed. */
    private const val FURTHEST = 10

    fun classify(error: Throwable, vendor: Vendor): ConnectFailure =
        if (causesOf(error).any { isHopeless(it, vendor) }) ConnectFailure.PERMANENT else ConnectFailure.TRANSIENT

    private fun isHopeless(error: Throwable, vendor: Vendor): Boolean =
        when (error) {
            is NoConnectionException,
            is SQLFeatureNotSupportedException,
            is AbstractMethodError,
            is GeneralSecurityException -> true // a certificate that is not trusted, say
            is SQLException -> isHopelessState(error.sqlState) || vendor.hopeless.has(error.sqlState, error.errorCode)
            else -> false
        }

    private fun isHopelessState(state: String?) =
        state != null && (state.startsWith(WRONG_LOGIN) || state == NO_SUCH_DATABASE)

    /** An error, what caused it, and what caused that. */
    fun causesOf(error: Throwable): Sequence<Throwable> = generateSequence(error) { it.cause }.take(FURTHEST)
}
