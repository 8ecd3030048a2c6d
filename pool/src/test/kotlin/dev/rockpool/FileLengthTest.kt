package dev.rockpool

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldNotBeEmpty
import java.io.File

/** A source file holds one idea. A long file holds two, and the second one belongs in a file of its own. */
class FileLengthTest :
    FunSpec({
        test("no main source file of any module has more than $LIMIT lines") {
            val sources = File("..").walk().onEnter { it.name !in SKIPPED }.filter { it.isMainSource() }.toList()
            sources.shouldNotBeEmpty()
            sources
                .filter { it.readLines().size > (EXCEPTIONS[it.name] ?: LIMIT) }
                .map { "${it.path}: ${it.readLines().size} lines, at most ${EXCEPTIONS[it.name] ?: LIMIT}" }
                .shouldBeEmpty()
        }
    })

private const val LIMIT = 350

private val SKIPPED = setOf("target", ".git")

/** Entry points whose members are public and documented, each in a few lines. */
private val EXCEPTIONS =
    mapOf(
        "RockpoolDataSource.java" to 460,
        "JdbcPool.kt" to 440,
        "Pools.kt" to 420,
        // What features see of a pool: one line per member. Moving them would add a step to each call.
        "Engine.kt" to 390,
    )

private fun File.isMainSource() = isFile && extension in setOf("java", "kt") && "/src/main/" in invariantSeparatorsPath
