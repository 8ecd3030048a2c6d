package dev.rockpool.jdbc

import dev.rockpool.PoolConfig
import dev.rockpool.PoolSettings
import dev.rockpool.internal.config.DurationText
import dev.rockpool.internal.config.Setting
import dev.rockpool.internal.spi.SettingsOfPools
import dev.rockpool.jdbc.internal.config.JdbcTable
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import java.io.File
import java.time.Duration
import kotlin.random.Random
import org.springframework.boot.convert.DurationStyle

private const val UPDATE =
    "mvn -pl pool-jdbc/tests -am test -Dtest=SettingsTableLaws -Dsurefire.failIfNoSpecifiedTests=false -Dsettings.update=true"

/** The tables of settings match the typed members, and the generated files are up to date. */
class SettingsTableLaws :
    FunSpec({
        val pools = SettingsOfPools.table.all
        val jdbc = JdbcTable.table.all

        test("the tables and the typed members are the same set") {
            pools.names() shouldContainExactlyInAnyOrder setters(PoolSettings::class.java)
            jdbc.names() shouldContainExactlyInAnyOrder
                setters(JdbcSettings::class.java) - setters(PoolSettings::class.java).toSet()
            for (builder in listOf(PoolConfig.Builder::class.java, JdbcBuilder::class.java)) {
                val functions = builder.methods.map { it.name }.toSet()
                val expected = if (builder == JdbcBuilder::class.java) pools.names() + jdbc.names() else pools.names()
                (expected - functions) shouldBe emptyList()
            }
            val read = PoolConfig::class.java.methods.map { it.name.substringBefore('-') }.toSet()
            (pools.names().map(::getter) - read) shouldBe emptyList()
            val readOfJdbc = JdbcConfig::class.java.methods.map { it.name.substringBefore('-') }.toSet()
            (jdbc.names() - "password" - "properties").map(::getter).filter { it !in readOfJdbc } shouldBe emptyList()
        }

        test("the defaults of the tables are those of the builders") {
            val config = JdbcConfig { url = FakeDatabase().url }
            for (setting in pools) if (!setting.isPart) withClue(setting.name) { same(setting, config.pool) }
            for (setting in jdbc) if (!setting.isPart && setting.name != "url")
                withClue(setting.name) { same(setting, config) }
            val parts = pools.filter { it.isPart && it.default != null }
            val defaults = PoolConfig {}
            for (part in parts) {
                val builder = PoolConfig.builder()
                withClue(part.name) {
                    part.readText(checkNotNull(part.defaultText()), builder) shouldBe null
                    builder.build() shouldBe defaults
                }
            }
        }

        test("every default with a text form is read back as that default") {
            for (setting in pools) {
                val text = setting.defaultText() ?: continue
                val builder = PoolConfig.builder()
                withClue(setting.name) { setting.readText(text, builder) shouldBe null }
                builder.build() shouldBe PoolConfig {}
            }
        }

        test("durations are parsed like in Spring Boot, and printed so that they can be read back") {
            val seed = System.nanoTime()
            val random = Random(seed)
            val units = listOf("", "ns", "us", "ms", "s", "m", "h", "d", "MS", "S", "x", "ss")
            withClue("seed $seed") {
                repeat(2_000) {
                    val text = listOf("", "+", "-").random(random) + random.nextLong(2_000) + units.random(random)
                    val spring = runCatching { DurationStyle.detectAndParse(text) }.getOrNull()
                    withClue(text) { DurationText.parse(text) shouldBe spring }
                    val time = Duration.ofNanos(random.nextLong(1L shl random.nextInt(1, 62)))
                    DurationText.parse(DurationText.print(time)) shouldBe time
                }
            }
            for (text in listOf("PT5S", "pt1.5s", "-PT1S", "P1D", "", "soon", "5 s", "9223372036854775807d", "1.5s")) {
                val spring = runCatching { DurationStyle.detectAndParse(text) }.getOrNull()
                withClue(text) { DurationText.parse(text) shouldBe spring }
            }
        }

        test("the metadata for editors matches the tables") {
            upToDate(File("src/main/resources/META-INF/spring-configuration-metadata.json")) {
                SpringMetadata.text(pools + jdbc)
            }
        }

        test("the settings page matches the tables") {
            upToDate(File("../docs/settings.md")) { page ->
                val everyPool = SettingsPage.replaceTable(page, "## Every pool", pools)
                SettingsPage.replaceTable(everyPool, "## JDBC", jdbc)
            }
        }
    })

private fun List<Setting<*, *, *>>.names() = filter { !it.isPart }.map { it.name }

private fun setters(type: Class<*>): List<String> =
    type.methods
        .map { it.name.substringBefore('-') }
        .filter { it.startsWith("set") }
        .map { it.removePrefix("set").replaceFirstChar(Char::lowercase) }

private fun getter(name: String) = "get" + name.replaceFirstChar(Char::uppercase)

/** The default of `minIdle` depends on `maxSize`. */
private fun <C, T : Any> same(setting: Setting<*, C, T>, config: C) {
    if (setting.name == "minIdle") setting.default shouldBe null else setting.of(config) shouldBe setting.default
}

private fun upToDate(file: File, text: (String) -> String) {
    val now = text(file.readText())
    if (java.lang.Boolean.getBoolean("settings.update")) file.writeText(now)
    withClue("$file is not what the tables of settings say. Update it: $UPDATE") { file.readText() shouldBe now }
}
