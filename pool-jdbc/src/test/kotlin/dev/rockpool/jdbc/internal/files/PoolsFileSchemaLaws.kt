package dev.rockpool.jdbc.internal.files

import dev.rockpool.jdbc.PoolsFile
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import java.io.File
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import org.snakeyaml.engine.v2.api.Load
import org.snakeyaml.engine.v2.api.LoadSettings
import org.snakeyaml.engine.v2.schema.CoreSchema

private const val RESOURCE = "src/main/resources/dev/rockpool/jdbc/pools-file.schema.json"
private const val UPDATE =
    "mvn -pl pool-jdbc/tests -am test -Dtest=PoolsFileSchemaLaws -Dsurefire.failIfNoSpecifiedTests=false -Dsettings.update=true"

/** The published schema of configuration files. */
class PoolsFileSchemaLaws :
    FunSpec({
        test("the published schema matches the tables of settings") {
            val file = File(RESOURCE)
            if (java.lang.Boolean.getBoolean("settings.update")) {
                file.parentFile.mkdirs()
                file.writeText(PoolsFileSchema.text())
            }
            withClue("$RESOURCE is out of date. Update it: $UPDATE") { file.readText() shouldBe PoolsFileSchema.text() }
            PoolsFile::class.java.getResource("pools-file.schema.json") shouldNotBe null
        }

        test("every key of a file is in the schema, and the schema has no other key") {
            val schema = PoolsFileSchema.schema()
            val pool = (schema.getValue("\$defs") as JsonObject).getValue("pool") as JsonObject
            val inSchema = paths(pool, "").filter { it != "properties" }.toSet()
            val keys = SettingKeys.all().map { it.lowercase() }.filter { it != "properties" }.toSet()
            val wholes = setOf("backoff", "overload")
            (keys - inSchema - wholes) shouldBe emptySet()
            (inSchema - keys) shouldBe emptySet()
        }

        test("the schema accepts the example file and finds its mistakes") {
            val check = SchemaCheck(PoolsFileSchema.schema())
            val text = File("src/test/resources/pools.yaml").readText()
            check.problems(json(load(text))) shouldBe emptyList()
            check.problems(json(load(text.replace("max_size: 20", "max_size: many")))) shouldHaveSize 1
            check.problems(json(load(text.replace("max_size: 20", "max_sise: 20")))) shouldContain
                "$.default_pool.max_sise is unknown"
        }
    })

private fun load(text: String): Any? = Load(LoadSettings.builder().setSchema(CoreSchema()).build()).loadFromString(text)

private fun json(value: Any?): kotlinx.serialization.json.JsonElement =
    when (value) {
        null -> JsonNull
        is Map<*, *> -> JsonObject(value.entries.associate { it.key.toString() to json(it.value) })
        is List<*> -> JsonArray(value.map(::json))
        is Number -> JsonPrimitive(value)
        is Boolean -> JsonPrimitive(value)
        else -> JsonPrimitive(value.toString())
    }

/** The paths of all values. */
private fun paths(schema: JsonObject, prefix: String): List<String> =
    (schema["properties"] as? JsonObject)?.flatMap { (name, of) -> paths(of as JsonObject, "$prefix.$name") }
        ?: listOf(prefix.removePrefix("."))
