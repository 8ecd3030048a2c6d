package dev.rockpool.jdbc.internal.connect

import dev.rockpool.jdbc.internal.vendor.Vendor
import java.sql.Driver
import java.sql.DriverManager
import java.util.Locale

/** Guesses the mistake in a URL that no driver accepts. */
internal object UrlProblems {
    /** The prefixes of URLs, and the dependency that has the driver. */
    private val dependencies = Vendor.drivers()

    /** Other names for the prefixes. */
    private val aliases = Vendor.misspelt()

    private const val PREFIX = "jdbc:"

    /** How many letters may differ for a typing error. */
    private const val TYPO = 2

    /** The rest of the sentence "url is ... but must be one that". */
    fun of(url: String): String {
        val found = DriverManager.drivers().toList()
        val names = found.map { it.javaClass.name }.distinct().sorted().joinToString().ifEmpty { "none" }
        return "a driver on the class path accepts (found: $names)" + (likely(url, found)?.let { "; $it" } ?: "")
    }

    private fun likely(url: String, found: List<Driver>): String? {
        val hasPrefix = url.startsWith(PREFIX, ignoreCase = true)
        if (!hasPrefix && url.isBlank()) return null
        val rest = if (hasPrefix) url.drop(PREFIX.length) else url
        val written = rest.substringBefore(':').substringBefore('/').lowercase(Locale.ROOT)
        val meant = meantBy(written)
        return when {
            !hasPrefix -> "it must begin with $PREFIX" + (if (meant == null) "" else ", as in $PREFIX$meant:")
            meant == null -> "is '$written' right, and is its driver a dependency?"
            meant != written -> "is $PREFIX$meant: meant?"
            !url.startsWith(PREFIX) -> "it must begin with $PREFIX in lower case"
            isThere(meant, found) -> "its driver is there, so see what follows $PREFIX$meant:"
            else -> "add the dependency ${dependencies[meant]}"
        }
    }

    private fun meantBy(written: String): String? =
        aliases[written]
            ?: dependencies.keys.find { it == written }
            ?: dependencies.keys
                .filter { distance(it, written) <= minOf(TYPO, it.length / 2) }
                .minByOrNull { distance(it, written) }

    private fun isThere(name: String, found: List<Driver>) =
        Vendor.ofUrl("$PREFIX$name:")?.let { vendor -> found.any { vendor.isOf(it.javaClass) } } ?: false

    /** How many letters must be inserted, removed or changed. */
    private fun distance(one: String, other: String): Int {
        var row = IntArray(other.length + 1) { it }
        for (i in one.indices) {
            val next = IntArray(other.length + 1)
            next[0] = i + 1
            for (j in other.indices) {
                val changed = row[j] + if (one[i] == other[j]) 0 else 1
                next[j + 1] = minOf(changed, next[j] + 1, row[j + 1] + 1)
            }
            row = next
        }
        return row[other.length]
    }
}
