package dev.rockpool.jdbc.internal.config

import dev.rockpool.internal.config.DurationText
import dev.rockpool.internal.config.JsonForm
import dev.rockpool.internal.config.SettingType
import dev.rockpool.internal.config.TextForm
import dev.rockpool.jdbc.Startup
import dev.rockpool.jdbc.internal.vendor.Isolations
import java.sql.Connection
import kotlin.time.toKotlinDuration
import kotlinx.serialization.builtins.serializer

/** The types of settings that only JDBC has. */
internal object JdbcTypes {
    private val standard =
        mapOf(
            Connection.TRANSACTION_READ_UNCOMMITTED to "TRANSACTION_READ_UNCOMMITTED",
            Connection.TRANSACTION_READ_COMMITTED to "TRANSACTION_READ_COMMITTED",
            Connection.TRANSACTION_REPEATABLE_READ to "TRANSACTION_REPEATABLE_READ",
            Connection.TRANSACTION_SERIALIZABLE to "TRANSACTION_SERIALIZABLE",
        )
    private val waysToStart = listOf(Startup.Background, Startup.Lazy, Startup.FailFast)

    val STANDARD_LEVELS: String =
        standard.entries.joinToString(
            ", ",
            "must be one of ",
            ", or a number that the driver knows: 0, 3, 5 or above 8",
        ) { (value, name) ->
            "$value ($name)"
        }

    val NO_VIRTUAL_THREADS: String =
        "must be false on Java ${System.getProperty("java.version")}; virtual threads need Java 21"

    val ISOLATION: SettingType<Int> =
        SettingType(
            "java.lang.String",
            JsonForm(Int.serializer(), "must be a whole number"),
            TextForm(
                "must be a name such as TRANSACTION_SERIALIZABLE, or a number",
                Isolations::parse,
                { standard[it] ?: it.toString() },
                suggestions = standard.values.toList(),
            ),
        )

    val STARTUP: SettingType<Startup> =
        SettingType(
            "java.lang.String",
            JsonForm(StartupJson, "must be ${StartupJson.ALLOWED}"),
            TextForm(
                "must be background, lazy, fail-fast, or how long to wait for a first connection",
                ::startup,
                suggestions = waysToStart.map { it.toString() },
            ),
        )

    fun isLevel(level: Int): Boolean = Isolations.isKnown(level) || level > Connection.TRANSACTION_SERIALIZABLE

    private fun startup(text: String): Startup? =
        waysToStart.find { it.toString() == text.lowercase() }
            ?: DurationText.parse(text)?.let { Startup.WaitUpTo(it.toKotlinDuration()) }
}
