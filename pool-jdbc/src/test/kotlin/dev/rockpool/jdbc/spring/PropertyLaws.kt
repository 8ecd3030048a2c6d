package dev.rockpool.jdbc.spring

import com.tngtech.archunit.ArchConfiguration
import com.tngtech.archunit.core.importer.ClassFileImporter
import com.tngtech.archunit.core.importer.ImportOption
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses
import dev.rockpool.OverloadControl
import dev.rockpool.jdbc.JdbcConfig
import dev.rockpool.jdbc.JdbcSettings
import dev.rockpool.jdbc.RockpoolDataSource
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive

/** The names of settings in Spring's properties are those of the builder, and editors are told of all of them. */
class PropertyLaws :
    FunSpec({
        val described = metadata().filterKeys { it.startsWith(RockpoolProperties.PREFIX) }
        val names = PropertySettings.ALL.map { it.name } + RockpoolProperties.LISTS

        test("every setting has a property, but for those that spring.datasource has, and objects") {
            val elsewhere = setOf("url", "username", "password", "driver-class-name")
            val objects =
                setOf("data-source", "slow-statement-listener", "fatal-errors", "credentials", "customizer", "hooks")
            val settings = JdbcSettings::class.java.methods.map { it.name }.filter { it.startsWith("set") }
            settings.map { kebab(it.substringBefore("-").removePrefix("set")) }.toSet() shouldBe
                names.map { it.substringBefore(".") }.toSet() + elsewhere + objects
        }

        test("every property is described for editors, with its type") {
            described.keys shouldContainExactlyInAnyOrder names.map { "${RockpoolProperties.PREFIX}.$it" }
            PropertySettings.ALL.forEach {
                described.getValue("${RockpoolProperties.PREFIX}.${it.name}").text("type") shouldBe it.type
            }
        }

        test("the defaults that editors show are those of the builder") {
            fun config(change: (dev.rockpool.jdbc.JdbcBuilder<*>) -> Unit) =
                JdbcConfig.builder().apply { url = "jdbc:postgresql://x/y" }.also(change).build().toString()
            val defaults = config {}
            val ofOverload = OverloadControl()
            for (setting in PropertySettings.ALL) {
                val default = described.getValue("${RockpoolProperties.PREFIX}.${setting.name}").text("defaultValue")
                if (default != null) config { setting.read(it, default) shouldBe null } shouldBe defaults
            }
            // Shown for none: given alone, each goes with the default of the other.
            PropertySettings.ALL.filter { it.name.startsWith("overload") }
                .forEach { setting ->
                    val builder = JdbcConfig.builder()
                    setting.read(builder, if (setting.name.endsWith("target")) "50ms" else "1s")
                    builder.overload shouldBe ofOverload
                }
        }

        test("every property can be read, and is set") {
            val samples =
                mapOf(
                    "java.lang.String" to "8",
                    "java.lang.Integer" to "3",
                    "java.lang.Double" to "1",
                    "java.lang.Boolean" to "true",
                    "java.time.Duration" to "7s",
                    "dev.rockpool.ReusePolicy" to "FIFO",
                )
            val special = mapOf("startup" to "lazy")
            for (setting in PropertySettings.ALL) {
                val builder = JdbcConfig.builder().apply { url = "jdbc:postgresql://x/y" }
                val before = builder.build().toString()
                setting.read(builder, special[setting.name] ?: samples.getValue(setting.type)) shouldBe null
                val after = builder.problems().ifEmpty { listOf(builder.build().toString()) }
                (after != listOf(before)) shouldBe true
            }
        }

        test("every setting has a setter for frameworks that set beans, but for objects with parts") {
            val setters = RockpoolDataSource::class.java.methods.map { it.name }.filter { it.startsWith("set") }
            val aliases = setOf("setJdbcUrl", "setUser", "setPoolName", "setLoginTimeout", "setLogWriter")
            val elsewhere = listOf("url", "username", "password", "driver-class-name")
            (setters - aliases).map { kebab(it.removePrefix("set")) } shouldContainExactlyInAnyOrder
                names.filter { "." !in it && it != "startup" } + elsewhere
        }

        test("only the package for Spring knows Spring and Micrometer, and it sees the public API only") {
            // Names are enough; looking into Spring's own classes takes half a minute.
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
                .resideInAnyPackage("org.springframework..", "io.micrometer..", "dev.rockpool.jdbc.spring..")
                .check(classes)
            noClasses()
                .that()
                .resideInAPackage("dev.rockpool.jdbc.spring..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.rockpool.internal..", "dev.rockpool.jdbc.internal..")
                .check(classes)
        }
    })

private fun kebab(name: String) = name.replace(Regex("(?<!^)([A-Z])"), "-$1").lowercase()

private fun metadata(): Map<String, JsonObject> {
    val json = PropertyLaws::class.java.getResource("/META-INF/spring-configuration-metadata.json")!!.readText()
    return Json.parseToJsonElement(json).jsonObject.getValue("properties").jsonArray.associate {
        it.jsonObject.text("name")!! to it.jsonObject
    }
}

private fun JsonObject.text(name: String): String? = get(name)?.jsonPrimitive?.content
