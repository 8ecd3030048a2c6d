package dev.rockpool

import dev.rockpool.internal.config.Setting
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/** Never lets pass what a rule of the table forbids, so a new rule cannot be forgotten. */
class QuickCheckTest :
    FunSpec({
        test("the defaults pass, so that an ordinary pool needs no table") {
            QuickCheck.passes(PoolConfig.builder()) shouldBe true
        }

        test("each value at the edge of what is allowed passes only if the table allows it") {
            val forbidden = PoolTable.table.all.sumOf { forbiddenOf(it) }
            forbidden shouldBeGreaterThan 50
        }

        test("a minimum above the maximum does not pass") {
            QuickCheck.passes(PoolConfig.builder().maxSize(3).minIdle(4)) shouldBe false
            QuickCheck.passes(PoolConfig.builder().maxSize(3).minIdle(3)) shouldBe true
        }
    })

/** Tries values at the edges. Returns how many of them the table forbids. */
private fun <T : Any> forbiddenOf(setting: Setting<PoolSettings, PoolConfig, T>): Int =
    edges(setting.type.javaName).count { value ->
        val settings = PoolConfig.builder().overload(OverloadControl().takeIf { setting.name.startsWith("overload.") })
        @Suppress("UNCHECKED_CAST") setting.access.set(settings, value as T)
        val isForbidden = PoolTable.table.problems(settings).isNotEmpty()
        withClue("${setting.name} = $value") { if (isForbidden) QuickCheck.passes(settings) shouldBe false }
        isForbidden
    }

private fun edges(type: String): List<Any> =
    when (type) {
        "java.lang.String" -> listOf("", " ", "x", "x\ny", "x\u0085")
        "java.lang.Integer" -> listOf(Int.MIN_VALUE, -1, 0, 1, Int.MAX_VALUE)
        "java.lang.Double" -> listOf(-1.0, 0.0, 0.5, 2.0, Double.NaN)
        "java.time.Duration" -> listOf(-Duration.INFINITE, -(1.seconds), Duration.ZERO, 1.seconds, Duration.INFINITE)
        else -> emptyList()
    }
