package dev.rockpool.jdbc.internal.errors

import dev.rockpool.jdbc.Credentials
import dev.rockpool.jdbc.JdbcConfig
import java.net.URLDecoder
import java.sql.SQLException
import java.util.Collections
import java.util.IdentityHashMap

/** Takes passwords out of what is printed. */
internal object Secrets {
    const val MASK = "***"
    private const val NAME = """[\w.-]*(?:password|passwd|passphrase|pwd|secret|token)[\w.-]*"""
    private val name = Regex("(?i)$NAME")
    private val parameter = Regex("""(?i)($NAME\s*=)([^&;,)\s]*)""")
    private val speaksOfSecret = Regex("(?i)password|passwd|passphrase|pwd|secret|token|identified")
    private val literal = Regex("""'(?:[^']|'')*'""")
    private val userInfo = Regex("""(?<=[:/])([^:/@?]+[:/])([^@/]+)@""")

    /** The URL without passwords in its parameters, or before an `@`. */
    fun mask(url: String): String {
        val withoutParameters = parameter.replace(url) { it.groupValues[1] + MASK }
        return userInfo.replace(withoutParameters) { it.groupValues[1] + MASK + "@" }
    }

    /** A statement without its literals, if it speaks of a password. */
    fun maskSql(sql: String): String = if (speaksOfSecret.containsMatchIn(sql)) literal.replace(sql, "'$MASK'") else sql

    /** Whether a property of this name holds what nobody may see. */
    fun isNameOfSecret(property: String): Boolean = name.matches(property)

    /** The passwords in a URL, as they are written there and as they are meant. */
    fun inUrl(url: String): List<String> {
        val written = (parameter.findAll(url) + userInfo.findAll(url)).map { it.groupValues[2] }.toList()
        return written + written.mapNotNull { runCatching { URLDecoder.decode(it, Charsets.UTF_8) }.getOrNull() }
    }
}

/**
 * What must not be printed of one login, for errors of drivers that print what they were given. A password that can be
 * read in the user's name or elsewhere in the URL is left alone: nobody can tell that it is one.
 */
internal class Hidden(config: JdbcConfig, login: Credentials) {
    private val public = listOfNotNull(config.url?.let(Secrets::mask), login.username)
    private val secrets: List<String> =
        (listOfNotNull(login.password) +
                config.confidential.properties().filterKeys(Secrets::isNameOfSecret).values +
                config.url?.let(Secrets::inUrl).orEmpty())
            .filter { secret -> secret.isNotBlank() && secret != Secrets.MASK && public.none { secret in it } }
            .distinct()
            .sortedByDescending { it.length }

    fun text(text: String): String = secrets.fold(text) { masked, secret -> masked.replace(secret, Secrets.MASK) }

    /** This error; or, if anything that its stack trace would print tells a secret, one that does not. */
    fun error(error: Throwable): Throwable = if (allOf(error).any(::tells)) copy(error, FURTHEST) else error

    private fun tells(error: Throwable): Boolean {
        val printed = error.toString()
        return secrets.any { it in printed }
    }

    /** An error and what stands behind it, each once: some drivers build rings. */
    private fun allOf(error: Throwable): Set<Throwable> {
        val found = Collections.newSetFromMap(IdentityHashMap<Throwable, Boolean>())
        val next = ArrayDeque(listOf(error))
        while (next.isNotEmpty() && found.size < ENOUGH) {
            val one = next.removeFirst()
            if (found.add(one)) {
                next += listOfNotNull(one.cause, (one as? SQLException)?.nextException) + one.suppressed
            }
        }
        return found
    }

    private fun copy(error: Throwable, depth: Int): SQLException {
        val cause = error.cause?.takeIf { depth > 1 }?.let { copy(it, depth - 1) }
        val copy =
            if (error is SQLException)
                SQLException(text(error.message.orEmpty()), error.sqlState, error.errorCode, cause)
            else SQLException(text(error.toString()), null, cause)
        copy.stackTrace = error.stackTrace
        return copy
    }

    private companion object {
        /** How many errors are looked at. */
        const val ENOUGH = 100

        /** How far a copy goes. */
        const val FURTHEST = 10
    }
}
