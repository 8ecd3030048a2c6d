package dev.rockpool.jdbc.spring

import dev.rockpool.Backoff
import dev.rockpool.OverloadControl
import dev.rockpool.ReusePolicy
import dev.rockpool.internal.config.FormerNames
import dev.rockpool.jdbc.JdbcBuilder
import dev.rockpool.jdbc.Startup
import kotlin.time.Duration
import kotlin.time.toKotlinDuration
import org.springframework.boot.convert.DurationStyle

/**
 * One setting that a property can give.
 *
 * @property name as in `application.properties`
 * @property type of its values, for completion in an editor
 * @property read sets it from a text; says what would be allowed when that cannot be read
 */
internal class PropertySetting(val name: String, val type: String, val read: (JdbcBuilder<*>, String) -> String?) {
    /** What it was called before; null when it always had this name. */
    val formerName: String? = FormerNames.before(camel(name))?.let(::kebab)

    private companion object {
        fun camel(name: String) = name.replace(Regex("-(.)")) { it.groupValues[1].uppercase() }

        fun kebab(name: String) = name.replace(Regex("[A-Z]")) { "-" + it.value.lowercase() }
    }
}

/** Every setting that one text can give, by the name it has in `application.properties`. */
internal object PropertySettings {
    val ALL: List<PropertySetting> =
        listOf(
            text("name") { name = it },
            number("max-size") { maxSize = it },
            number("min-idle") { minIdle = it },
            timeOrNever("acquire-timeout") { acquireTimeout = it },
            time("connect-timeout") { connectTimeout = it },
            time("probe-timeout") { probeTimeout = it },
            time("reset-timeout") { resetTimeout = it },
            time("close-timeout") { closeTimeout = it },
            timeOrNever("trust-window") { trustWindow = it },
            flag("probe-on-return") { probeOnReturn = it },
            timeOrNever("idle-timeout") { idleTimeout = it },
            timeOrNever("max-lifetime") { maxLifetime = it },
            timeOrNever("keepalive-interval") { keepaliveInterval = it },
            number("max-concurrent-opens") { maxConcurrentOpens = it },
            number("max-pending") { maxPending = it },
            time("backoff.initial") { backoff = exponential().with(initial = it) },
            decimal("backoff.factor") { backoff = exponential().with(factor = it) },
            time("backoff.max") { backoff = exponential().with(max = it) },
            decimal("backoff.jitter") { backoff = exponential().with(jitter = it) },
            timeOrNever("fail-fast-after") { failFastAfter = it },
            time("overload.target") { overload = OverloadControl(it, (overload ?: OverloadControl()).interval) },
            time("overload.interval") { overload = OverloadControl((overload ?: OverloadControl()).target, it) },
            timeOrNever("leak-threshold") { leakThreshold = it },
            flag("reclaim-leaks") { reclaimLeaks = it },
            flag("leak-stack-traces") { leakStackTraces = it },
            timeOrNever("stuck-call-timeout") { stuckCallTimeout = it },
            time("barging-window") { bargingWindow = it },
            PropertySetting("reuse-policy", ReusePolicy::class.java.name, ::readReusePolicy),
            time("stats-interval") { statsInterval = it },
            flag("auto-commit") { autoCommit = it },
            flag("read-only") { readOnly = it },
            PropertySetting("transaction-isolation", STRING, ::readIsolation),
            text("catalog") { catalog = it },
            text("schema") { schema = it },
            text("test-query") { testQuery = it },
            time("cancel-timeout") { cancelTimeout = it },
            flag("virtual-threads") { virtualThreads = it },
            timeOrNever("query-timeout") { queryTimeout = it },
            number("statement-cache-size") { statementCacheSize = it },
            timeOrNever("slow-statement-threshold") { slowStatementThreshold = it },
            PropertySetting("startup", STRING, ::readStartup),
        )

    private const val STRING = "java.lang.String"
    private const val DURATION = "java.time.Duration"
    const val NEVER = "never"

    private fun text(name: String, set: JdbcBuilder<*>.(String) -> Unit) = setting(name, STRING, "a text", { it }, set)

    private fun number(name: String, set: JdbcBuilder<*>.(Int) -> Unit) =
        setting(name, "java.lang.Integer", "a whole number", String::toIntOrNull, set)

    private fun decimal(name: String, set: JdbcBuilder<*>.(Double) -> Unit) =
        setting(name, "java.lang.Double", "a number", String::toDoubleOrNull, set)

    private fun flag(name: String, set: JdbcBuilder<*>.(Boolean) -> Unit) =
        setting(name, "java.lang.Boolean", "true or false", { it.lowercase().toBooleanStrictOrNull() }, set)

    private fun time(name: String, set: JdbcBuilder<*>.(Duration) -> Unit) =
        setting(name, DURATION, "a duration such as 500ms, 5s or PT5S", ::parse, set)

    private fun timeOrNever(name: String, set: JdbcBuilder<*>.(Duration?) -> Unit) =
        PropertySetting(name, DURATION) { builder, text ->
            val time = if (text.equals(NEVER, ignoreCase = true)) null else parse(text)
            val readable = time != null || text.equals(NEVER, ignoreCase = true)
            if (readable) builder.set(time)
            if (readable) null else "a duration such as 500ms, 5s or PT5S, or '$NEVER'"
        }

    private fun <V : Any> setting(
        name: String,
        type: String,
        allowed: String,
        parse: (String) -> V?,
        set: JdbcBuilder<*>.(V) -> Unit,
    ) =
        PropertySetting(name, type) { builder, text ->
            val value = parse(text.trim())
            if (value != null) builder.set(value)
            if (value == null) allowed else null
        }

    private fun readReusePolicy(builder: JdbcBuilder<*>, text: String): String? {
        val policy = ReusePolicy.entries.find { it.name.equals(text, ignoreCase = true) }
        if (policy != null) builder.reusePolicy = policy
        return if (policy == null) "one of ${ReusePolicy.entries.joinToString()}" else null
    }

    private fun readIsolation(builder: JdbcBuilder<*>, text: String): String? =
        try {
            builder.transactionIsolation(text)
            null
        } catch (_: IllegalArgumentException) {
            "a name such as TRANSACTION_SERIALIZABLE, or a number"
        }

    private fun readStartup(builder: JdbcBuilder<*>, text: String): String? {
        val named =
            listOf(Startup.Background, Startup.Lazy, Startup.FailFast).find { it.toString() == text.lowercase() }
        val startup = named ?: parse(text)?.let { Startup.WaitUpTo(it) }
        if (startup != null) builder.startup = startup
        return if (startup == null) "background, lazy, fail-fast, or how long to wait for a first connection" else null
    }

    /** As Spring reads durations; one without a unit is in milliseconds. */
    private fun parse(text: String): Duration? =
        try {
            DurationStyle.detectAndParse(text).toKotlinDuration()
        } catch (_: IllegalArgumentException) {
            null
        }

    private fun JdbcBuilder<*>.exponential() = backoff as? Backoff.Exponential ?: Backoff.Exponential()

    private fun Backoff.Exponential.with(
        initial: Duration = this.initial,
        factor: Double = this.factor,
        max: Duration = this.max,
        jitter: Double = this.jitter,
    ) = Backoff.Exponential(initial, factor, max, jitter)
}
