package dev.rockpool.jdbc.internal

/** Takes passwords out of what is printed. */
internal object Secrets {
    private const val MASK = "***"
    private val parameter =
        Regex("""(?i)([\w.-]*(?:password|passwd|passphrase|pwd|secret|token)[\w.-]*\s*=)[^&;,)\s]*""")
    private val userInfo = Regex("""(?<=[:/])([^:/@?]+[:/])[^@/]+@""")

    /** The URL without passwords in its parameters, or before an `@`. */
    fun mask(url: String): String {
        val withoutParameters = parameter.replace(url) { it.groupValues[1] + MASK }
        return userInfo.replace(withoutParameters) { it.groupValues[1] + MASK + "@" }
    }
}
