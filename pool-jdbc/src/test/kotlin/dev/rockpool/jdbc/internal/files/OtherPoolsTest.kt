package dev.rockpool.jdbc.internal.files

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeGreaterThan
import java.nio.file.Path
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.name
import kotlin.io.path.readLines

/** The hints for settings of other pools, against the tables of `docs/coming-from-*.md`. */
class OtherPoolsTest :
    FunSpec({
        test("a hint names the setting that the page names") {
            val hints = rows().mapNotNull { row -> OtherPools.ours(row.setting)?.let { row to it } }
            hints.size shouldBeGreaterThan 100
            hints
                .filter { (row, hint) -> hint !in row.ours && row.name !in AMBIGUOUS }
                .map { (row, hint) -> "${row.name} is ${row.ours}, but the hint is $hint" }
                .shouldBeEmpty()
        }
    })

/** Agroal's is the interval of its background validation; HikariCP's is a timeout, which is the better guess. */
private val AMBIGUOUS = setOf("coming-from-agroal.md: validationTimeout")

private val CODE = Regex("`(\\w[\\w.]*)`")

private class Row(page: String, val setting: String, val ours: List<String>) {
    val name = "$page: $setting"
}

private fun rows(): List<Row> =
    Path.of("..", "docs").listDirectoryEntries("coming-from-*.md").flatMap { page ->
        page
            .readLines()
            .map { it.split("|") }
            .filter { it.size > 3 }
            .flatMap { cells -> codeIn(cells[1]).map { Row(page.name, it.substringAfterLast('.'), codeIn(cells[3])) } }
    }

private fun codeIn(cell: String) = CODE.findAll(cell).map { it.groupValues[1] }.toList()
