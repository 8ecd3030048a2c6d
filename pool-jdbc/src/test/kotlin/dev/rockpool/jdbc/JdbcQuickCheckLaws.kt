package dev.rockpool.jdbc

import dev.rockpool.internal.config.Setting
import dev.rockpool.jdbc.internal.config.JdbcQuickCheck
import dev.rockpool.jdbc.internal.config.JdbcTable
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/** Never lets pass what a rule of the table forbids. */
class JdbcQuickCheckLaws :
    FunSpec({
        test("the defaults pass, so that an ordinary pool needs no table") {
            JdbcQuickCheck.passes(JdbcConfig.builder()) shouldBe true
        }

        test("each text at the edge of what is allowed passes only if the table allows it") {
            val forbidden = JdbcTable.table.all.sumOf { forbiddenOf(it) }
            forbidden shouldBeGreaterThan 10
        }

        test("a time that is not finite, and an unknown isolation level, do not pass") {
            val bad =
                listOf<JdbcSettings.() -> Unit>(
                    { cancelTimeout = Duration.INFINITE },
                    { queryTimeout = Duration.INFINITE },
                    { slowStatementThreshold = -(1.seconds) },
                    { transactionIsolation = 6 },
                    { startup = Startup.WaitUpTo(Duration.ZERO) },
                )
            bad.map { JdbcQuickCheck.passes(JdbcConfig.builder().apply(it)) } shouldBe bad.map { false }
        }
    })

private fun forbiddenOf(setting: Setting<JdbcSettings, JdbcConfig, *>): Int =
    listOf("", " ", "x", "-1", "0", "1", "-1s", "0s", "1s", "true").count { text ->
        val settings = JdbcConfig.builder()
        if (setting.type.text == null || setting.readText(text, settings) != null) return@count false
        if (setting.type.javaName == "java.lang.String") setBlank(setting, text, settings)
        val isForbidden = JdbcTable.table.problems(settings).isNotEmpty()
        withClue("${setting.name} = '$text'") { if (isForbidden) JdbcQuickCheck.passes(settings) shouldBe false }
        isForbidden
    }

/** A text is trimmed when it is read; a builder takes it as it is. */
private fun setBlank(setting: Setting<JdbcSettings, JdbcConfig, *>, text: String, settings: JdbcBuilder<JdbcConfig>) {
    settings.javaClass.methods
        .firstOrNull { it.name == setting.name && it.parameterTypes.singleOrNull() == String::class.java }
        ?.invoke(settings, text)
}
