package dev.rockpool.jdbc.spring

import com.tngtech.archunit.ArchConfiguration
import com.tngtech.archunit.base.DescribedPredicate.describe
import com.tngtech.archunit.core.domain.JavaClass
import com.tngtech.archunit.core.importer.ClassFileImporter
import com.tngtech.archunit.core.importer.ImportOption
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses
import dev.rockpool.Backoff
import dev.rockpool.OverloadControl
import dev.rockpool.jdbc.JdbcConfig
import dev.rockpool.jdbc.JdbcSettings
import dev.rockpool.jdbc.RockpoolDataSource
import dev.rockpool.jdbc.kebab
import dev.rockpool.jdbc.values
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldEndWith
import kotlin.random.Random
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive

/** Spring's properties have the names of the builder's settings, and the metadata for editors describes all of them. */
class PropertyLaws :
    FunSpec({
        val described = metadata().filterKeys { it.startsWith(RockpoolProperties.PREFIX) }
        val names = PropertySetting.ALL.map { it.name() } + RockpoolProperties.LISTS

        val ofCluster =
            listOf(
                    ClusterProperties.MEMBERS,
                    ClusterProperties.MAX_LAG,
                    ClusterProperties.OF_PRIMARY,
                    ClusterProperties.OF_STANDBYS,
                )
                .map { "cluster.$it" }

        test("every setting has a property, except those of spring.datasource and objects") {
            val elsewhere = setOf("url", "username", "password", "driver-class-name")
            val objects =
                setOf(
                    "budget",
                    "data-source",
                    "slow-statement-listener",
                    "fatal-errors",
                    "credentials",
                    "customizer",
                    "preparer",
                ) + "hooks"
            val settings = JdbcSettings::class.java.methods.map { it.name }.filter { it.startsWith("set") }
            settings.map { kebab(it.substringBefore("-").removePrefix("set")) }.toSet() shouldBe
                names.map { it.substringBefore(".") }.toSet() + elsewhere + objects
        }

        test("every property is described for editors, with its type") {
            described.filterValues { "deprecation" !in it }.keys shouldContainExactlyInAnyOrder
                (names + ofCluster).map { "${RockpoolProperties.PREFIX}.$it" }
            described.filterValues { "deprecation" in it }.keys shouldContainExactlyInAnyOrder
                PropertySetting.ALL.mapNotNull { it.formerName() }.map { "${RockpoolProperties.PREFIX}.$it" }
            PropertySetting.ALL.forEach {
                described.getValue("${RockpoolProperties.PREFIX}.${it.name()}").text("type") shouldBe it.type()
            }
        }

        test("the names given for HikariCP's are those of Rockpool's properties") {
            RockpoolProperties.OF_HIKARI.forEach { (theirs, ours) ->
                RockpoolProperties.unknown("${RockpoolProperties.PREFIX}.$theirs") shouldEndWith
                    "its name here is $ours"
                if (!ours.startsWith("spring.")) names shouldContain ours
            }
        }

        test("the defaults that editors show are those of the builder") {
            fun config(change: (dev.rockpool.jdbc.JdbcBuilder<*>) -> Unit) =
                JdbcConfig.builder().apply { url = "jdbc:postgresql://x/y" }.also(change).build().toString()
            val defaults = config {}
            val ofOverload = OverloadControl()
            for (setting in PropertySetting.ALL) {
                val default = described.getValue("${RockpoolProperties.PREFIX}.${setting.name()}").text("defaultValue")
                if (default != null) config { setting.read(it, default) shouldBe null } shouldBe defaults
            }
            // Shown for none: given alone, each goes with the default of the other.
            PropertySetting.ALL.filter { it.name().startsWith("overload") }
                .forEach { setting ->
                    val builder = JdbcConfig.builder()
                    setting.read(builder, if (setting.name().endsWith("target")) "50ms" else "1s")
                    builder.overload shouldBe ofOverload
                }
        }

        test("every property sets what it names, and nothing else") {
            val samples =
                mapOf(
                    "java.lang.String" to "8",
                    "java.lang.Integer" to "3",
                    "java.lang.Double" to "1",
                    "java.lang.Boolean" to "true",
                    "java.time.Duration" to "7s",
                    "dev.rockpool.ReusePolicy" to "FIFO",
                )
            val special = mapOf("startup" to "lazy", "auto-commit" to "false", "reclaim-leaks" to "false")
            val before = JdbcConfig.builder().values()
            for (setting in PropertySetting.ALL) {
                val builder = JdbcConfig.builder()
                setting.read(builder, special[setting.name()] ?: samples.getValue(setting.type())) shouldBe null
                val after = builder.values()
                withClue(setting.name()) {
                    after.keys.filter { after[it] != before[it] } shouldBe listOf(setting.name().substringBefore("."))
                }
            }
        }

        test("the parts of one setting do not overwrite each other, in any order") {
            val values =
                mapOf(
                    "backoff.initial" to "3ms",
                    "backoff.factor" to "1.5",
                    "backoff.max" to "4s",
                    "backoff.jitter" to "0.25",
                    "overload.target" to "70ms",
                    "overload.interval" to "900ms",
                )
            val parts = PropertySetting.ALL.filter { "." in it.name() }
            parts.map { it.name() } shouldContainExactlyInAnyOrder values.keys
            val random = Random(7)
            repeat(100) {
                val builder = JdbcConfig.builder()
                parts.shuffled(random).forEach { it.read(builder, values.getValue(it.name())) shouldBe null }
                builder.backoff shouldBe Backoff.Exponential(3.milliseconds, 1.5, 4.seconds, 0.25)
                builder.overload shouldBe OverloadControl(70.milliseconds, 900.milliseconds)
            }
        }

        test("every setting has a bean setter, except objects with parts") {
            val setters = RockpoolDataSource::class.java.methods.map { it.name }.filter { it.startsWith("set") }
            val aliases =
                setOf("setJdbcUrl", "setUser", "setPoolName", "setLoginTimeout", "setLogWriter") +
                    setOf("setSilenceLimit", "setPatience") // former names
            val elsewhere = listOf("url", "username", "password", "driver-class-name")
            (setters - aliases).map { kebab(it.removePrefix("set")) } shouldContainExactlyInAnyOrder
                names.filter { "." !in it && it != "startup" } + elsewhere
        }

        test("only the packages of Spring and of metrics use their libraries; Spring's has the API and the settings") {
            // Class names are enough. Resolving Spring's own classes takes half a minute.
            ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false)
            val classes =
                ClassFileImporter()
                    .withImportOption(ImportOption.DoNotIncludeTests())
                    .importPackages("dev.rockpool.jdbc")
            noClasses()
                .that()
                .resideOutsideOfPackage("dev.rockpool.jdbc.spring..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "dev.rockpool.jdbc.spring..")
                .check(classes)
            noClasses()
                .that()
                .resideOutsideOfPackages(
                    "dev.rockpool.jdbc.spring..",
                    "dev.rockpool.jdbc.metrics..",
                    "dev.rockpool.jdbc.internal.metrics..",
                )
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.micrometer..", "io.prometheus..", "io.opentelemetry..")
                .check(classes)
            noClasses()
                .that()
                .resideInAPackage("dev.rockpool.jdbc.spring..")
                .should()
                .dependOnClassesThat(
                    describe<JavaClass>("are inside, and no settings") {
                        "dev.rockpool" in it.packageName &&
                            ".internal." in it.packageName &&
                            !it.packageName.endsWith(".config") &&
                            it.name != "dev.rockpool.internal.spi.SettingsOfPools"
                    }
                )
                .check(classes)
        }
    })

private fun metadata(): Map<String, JsonObject> {
    val json = PropertyLaws::class.java.getResource("/META-INF/spring-configuration-metadata.json")!!.readText()
    return Json.parseToJsonElement(json).jsonObject.getValue("properties").jsonArray.associate {
        it.jsonObject.text("name")!! to it.jsonObject
    }
}

private fun JsonObject.text(name: String): String? = get(name)?.jsonPrimitive?.content
