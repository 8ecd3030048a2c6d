package dev.rockpool.jdbc.internal.errors

import dev.rockpool.ConnectFailure
import java.net.ConnectException
import java.net.SocketTimeoutException
import java.net.UnknownHostException
import java.security.GeneralSecurityException
import java.sql.SQLException
import java.sql.SQLFeatureNotSupportedException

/** What failed connects mean: whether another try may mend them, and when. */
internal object ConnectErrors {
    private const val WRONG_LOGIN = "28"
    private val advises = Regex("(?i)(^|[.!] +)(check|verify|make sure|ensure)\\b")
    private const val NO_SUCH_DATABASE = "3D000"

    /** How far a chain of causes is followed. */
    private const val FURTHEST = 10

    fun classify(error: Throwable, vendor: Vendor): ConnectFailure =
        when {
            error is InRotationException -> ConnectFailure.TRANSIENT
            error is RefusedException -> if (error.isFinal) ConnectFailure.PERMANENT else ConnectFailure.TRANSIENT
            causesOf(error).any { it is SQLException && isFull(it, vendor) } -> ConnectFailure.FULL
            causesOf(error).any { isHopeless(it, vendor) } -> ConnectFailure.PERMANENT
            else -> ConnectFailure.TRANSIENT
        }

    /** Whether the server answered, and refused this login or this database. */
    fun isRefusal(error: Throwable, vendor: Vendor): Boolean =
        causesOf(error).any { it is SQLException && it !is NoConnectionException && isRefused(it, vendor) }

    private fun isHopeless(error: Throwable, vendor: Vendor): Boolean =
        when (error) {
            is NoConnectionException,
            is SQLFeatureNotSupportedException,
            is AbstractMethodError,
            is GeneralSecurityException -> true // a certificate that is not trusted, say
            is SQLException -> isRefused(error, vendor)
            else -> false
        }

    private fun isRefused(error: SQLException, vendor: Vendor) =
        isHopelessState(error.sqlState) || vendor.hopeless.has(error.sqlState, error.errorCode)

    private fun isFull(error: SQLException, vendor: Vendor) = vendor.full.has(error.sqlState, error.errorCode)

    private fun isHopelessState(state: String?) =
        state != null && (state.startsWith(WRONG_LOGIN) || state == NO_SUCH_DATABASE)

    /** What went wrong and what to look after, in a few words. */
    fun explain(error: Throwable, vendor: Vendor, where: String?): String {
        val causes = causesOf(error).toList()
        val root = causes.last()
        val said = error.message ?: error.toString()
        val why = if (root === error || root.message.orEmpty() in said) "" else ", because of $root"
        val advice =
            if (error is RefusedException) advice(error as SQLException, vendor)
            else causes.firstNotNullOfOrNull { advice(it, vendor) }
        val hints = listOfNotNull(where, advice.takeUnless { said.isAdvice() })
        return said + why + if (hints.isEmpty()) "" else hints.joinToString("; ", " (", ")")
    }

    /** Some drivers say what to look after themselves, in a sentence of its own; once is enough. */
    private fun String.isAdvice() = advises.containsMatchIn(this)

    private fun advice(error: Throwable, vendor: Vendor): String? =
        when (error) {
            is UnknownHostException -> "see the host in the url, and the name service"
            is ConnectException -> "see that the server runs, and host and port in the url"
            is SocketTimeoutException -> "see that host and port in the url can be reached, past firewalls too"
            is GeneralSecurityException -> "see the server's certificate, and which ones the driver is told to trust"
            is SQLException -> advice(error, vendor)
            else -> null
        }

    private fun advice(error: SQLException, vendor: Vendor): String? =
        when {
            error is NoConnectionException -> null
            error is RefusedException ->
                RefusedSettings.advice(error.property).takeIf { error.property != "customizer" }
            isFull(error, vendor) -> "see the server's limit of connections, and maxSize of all pools on it"
            error.sqlState.orEmpty().startsWith(WRONG_LOGIN) -> "see username and password"
            error.sqlState == NO_SUCH_DATABASE -> "see the database in the url"
            vendor.hopeless.has(error.sqlState, error.errorCode) ->
                "see username, password, and the database in the url"
            else -> null
        }

    /** An error, what caused it, and what caused that. */
    fun causesOf(error: Throwable): Sequence<Throwable> = generateSequence(error) { it.cause }.take(FURTHEST)
}
