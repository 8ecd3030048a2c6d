package dev.rockpool.jdbc

import dev.rockpool.InvalidConfigException
import dev.rockpool.PoolConfig
import dev.rockpool.jdbc.spring.readProperties
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlin.time.Duration.Companion.microseconds
import kotlin.time.Duration.Companion.seconds
import org.springframework.boot.context.properties.bind.Bindable
import org.springframework.boot.context.properties.bind.Binder
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource

/** Texts may use the former name of a setting. The log mentions that once, and both names together are rejected. */
class FormerNamesLaws :
    FunSpec({
        val url = FakeDatabase().url

        test("JSON may use a former name, and the log says so once") {
            val log = logged {
                repeat(2) {
                    val pool = PoolConfig.fromJson("""{"silenceLimit":"PT7S","patience":"PT0.0001S"}""")
                    pool.stuckCallTimeout shouldBe 7.seconds
                    pool.bargingWindow shouldBe 100.microseconds
                    val jdbc = JdbcConfig.fromJson("""{"url":"$url","silenceLimit":null,"patience":"PT0S"}""")
                    jdbc.pool.stuckCallTimeout shouldBe null
                    jdbc.pool.bargingWindow shouldBe 0.seconds
                }
            }
            log.linesOf("silenceLimit is now called stuckCallTimeout") shouldBe 1
            log.linesOf("patience is now called bargingWindow") shouldBe 1
        }

        test("JSON with a former name and the new one is rejected, in any order") {
            val former = "\"silenceLimit\":\"PT7S\""
            val now = "\"stuckCallTimeout\":\"PT8S\""
            for (texts in listOf("$former,$now", "$now,$former")) {
                val problem =
                    "silenceLimit is \"PT7S\" but must be absent because stuckCallTimeout, its new name, is given"
                shouldThrow<InvalidConfigException> { PoolConfig.fromJson("{$texts}") }.problems shouldBe
                    listOf(problem)
                shouldThrow<InvalidConfigException> { JdbcConfig.fromJson("{\"url\":\"$url\",$texts}") }
                    .problems shouldBe listOf(problem)
            }
        }

        test("a problem of a value given by its former name in JSON is reported once") {
            shouldThrow<InvalidConfigException> { PoolConfig.fromJson("""{"patience":"soon"}""") }.problems shouldBe
                listOf("bargingWindow is \"soon\" but must be an ISO-8601 duration such as \"PT1.5S\"")
        }

        test("Spring's properties may use a former name, and the log says so once") {
            val log = logged {
                repeat(2) {
                    val read = spring("silence-limit" to "7s", "patience" to "100us")
                    read.stuckCallTimeout shouldBe 7.seconds
                    read.bargingWindow shouldBe 100.microseconds
                }
            }
            val prefix = "spring.datasource.rockpool"
            log.linesOf("$prefix.silence-limit is now called $prefix.stuck-call-timeout") shouldBe 1
            log.linesOf("$prefix.patience is now called $prefix.barging-window") shouldBe 1
        }

        test("Spring's properties with a former name and the new one are rejected") {
            val prefix = "spring.datasource.rockpool"
            shouldThrow<InvalidConfigException> { spring("silenceLimit" to "7s", "stuck-call-timeout" to "8s") }
                .problems shouldBe
                listOf(
                    "$prefix.silence-limit is '7s' but must be absent because $prefix.stuck-call-timeout, its new name, is given"
                )
            shouldThrow<InvalidConfigException> { spring("patience" to "soon") }.message shouldContain
                "$prefix.patience is 'soon' but must be a duration"
        }

        test("beans may be set by a former name, but not by both") {
            bean("silence-limit" to "7s").use { it.control().config.stuckCallTimeout shouldBe 7.seconds }
            bean("patience" to "1ms", "barging-window" to "2ms").use { bean ->
                shouldThrow<InvalidConfigException> { bean.control() }.problems shouldBe
                    listOf("patience is PT0.001S but must be absent because bargingWindow, its new name, is given")
            }
        }
    })

private fun String.linesOf(text: String): Int = lines().count { text in it }

private fun spring(vararg properties: Pair<String, String>): JdbcBuilder<RockpoolDataSource> =
    readProperties(properties.toMap(), RockpoolDataSource.builder().url(FakeDatabase().url))

/** Binds properties to a bean, as an application may. */
private fun bean(vararg properties: Pair<String, String>): RockpoolDataSource {
    val bean = RockpoolDataSource()
    val given = properties.associate { (name, value) -> "shop.pool.$name" to value }
    bean.setUrl(FakeDatabase().url)
    Binder(MapConfigurationPropertySource(given)).bind("shop.pool", Bindable.ofInstance(bean))
    return bean
}
