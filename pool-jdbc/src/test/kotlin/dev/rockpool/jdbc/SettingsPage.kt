package dev.rockpool.jdbc

import dev.rockpool.internal.config.Setting
import kotlin.time.Duration

/** The tables of `docs/settings.md`. */
internal object SettingsPage {
    /** The page with these settings in the first table after a heading. */
    fun replaceTable(page: String, heading: String, settings: List<Setting<*, *, *>>): String {
        val lines = page.lines()
        val section = lines.indexOf(heading)
        check(section >= 0) { "the page has no heading '$heading'" }
        val first = (section..lines.lastIndex).first { lines[it].startsWith("|") }
        val end = (first..lines.size).first { lines.getOrNull(it)?.startsWith("|") != true }
        val table = listOf("| setting | default | meaning |", "|---|---|---|") + settings.map(::row)
        return (lines.take(first) + table + lines.drop(end)).joinToString("\n")
    }

    private fun row(setting: Setting<*, *, *>): String {
        val more = setting.about.more?.let { " See $it." }.orEmpty()
        return "| `${setting.name}` | ${default(setting)} | ${setting.about.description}$more |"
    }

    private fun default(setting: Setting<*, *, *>): String =
        when (val value = setting.default) {
            null -> setting.about.absent?.replace("maxSize", "`maxSize`") ?: "none"
            is Boolean -> if (value) "yes" else "no"
            is Duration -> time(value)
            is Collection<*>,
            is Map<*, *> -> "none"
            is Enum<*> -> "`$value`"
            is String -> "`$value`"
            is Number -> value.toString()
            else -> if (setting.name == "startup") "`$value`" else "see its parts"
        }

    private fun time(value: Duration): String =
        value
            .toString()
            .replace(Regex("(?<=\\d)us"), " µs")
            .replace(Regex("(?<=\\d)ms"), " ms")
            .replace(Regex("(?<=\\d)s"), " s")
            .replace(Regex("(?<=\\d)m$"), " min")
}
