package dev.rockpool.jdbc

import dev.rockpool.InvalidConfigException
import dev.rockpool.jdbc.internal.errors.hiddenPassword
import dev.rockpool.jdbc.internal.errors.hiddenProperties
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonObject

class ConfigJsonLaws :
    FunSpec({
        val full = JdbcConfig {
            name = "orders"
            url = FakeDatabase().url
            username = "app"
            password = "hidden"
            driverClassName = FakeDriver::class.java.name
            properties = mapOf("ssl" to "true", "sslPassword" to "hidden too", "options" to "-c x=hidden")
            autoCommit = false
            readOnly = true
            transactionIsolation = 8
            catalog = "shop"
            schema = "orders"
            initSql = listOf("set a = 1", "login 'hidden'")
            testQuery = "select 2"
            cancelTimeout = 3.seconds
            resetSql = listOf("discard all")
            startup = Startup.WaitUpTo(1500.milliseconds)
            maxSize = 7
            maxLifetime = null
        }

        test("a written configuration is read back, without the passwords") {
            val read = JdbcConfig.fromJson(full.toJson())
            read.toJson() shouldBe full.toJson()
            read.pool shouldBe full.pool
            read.startup shouldBe Startup.WaitUpTo(1500.milliseconds)
            read.initSql shouldContainExactly listOf("set a = 1", "login '***'")
            read.hiddenPassword shouldBe null
            read.hiddenProperties shouldBe mapOf("ssl" to "true", "options" to "-c x=***")
        }

        test("43 no password is written, wherever it is given") {
            full.toJson() shouldNotContain "hidden"
            val inUrl = JdbcConfig { url = FakeDatabase().url + "?user=app&password=hidden" }
            inUrl.toJson() shouldNotContain "hidden"
            inUrl.toJson() shouldContain "password=***"
        }

        test("a password is read") {
            JdbcConfig.fromJson("""{"url":"${full.url}","password":"secret"}""").hiddenPassword shouldBe "secret"
        }

        test("every startup mode can be written and read") {
            for (way in listOf(Startup.Background, Startup.Lazy, Startup.FailFast, Startup.WaitUpTo(1.seconds))) {
                val config = JdbcConfig {
                    url = full.url
                    startup = way
                }
                JdbcConfig.fromJson(config.toJson()).startup shouldBe way
            }
        }

        test("every setting except the password is written") {
            val settings =
                JdbcSettings::class.java.methods.map { it.name.substringBefore('-') }.filter { it.startsWith("get") }
            val names = settings.map { it.removePrefix("get").replaceFirstChar(Char::lowercase) } - "password"
            names shouldContain "cancelTimeout"
            (names - Json.parseToJsonElement(full.toJson()).jsonObject.keys).shouldBeEmpty()
        }

        test("41 all problems of a text are reported together, and none shows a password") {
            val error =
                shouldThrow<InvalidConfigException> {
                    JdbcConfig.fromJson(
                        """{"url":7,"password":{"hidden":1},"properties":{"password":["hidden"]},"maxSize":0,
                        "nonsense":1,"startup":"soon","dataSource":"a.Source","cancelTimeout":"5","idleTimeout":"x"}"""
                    )
                }
            error.problems.map { it.substringBefore(' ') }.toSet() shouldBe
                setOf("maxSize", "idleTimeout", "url", "password", "properties", "nonsense", "startup") +
                    setOf("dataSource", "cancelTimeout")
            error.message shouldContain "nonsense is not a property; there are url, username, password"
            error.message shouldContain "startup is \"soon\" but must be \"background\""
            error.message shouldContain "dataSource is \"a.Source\" but can be set in code only"
            error.message shouldNotContain "hidden"
        }

        test("41 a text that is not a JSON object is rejected without showing it") {
            for (text in listOf("[]", "3", "{\"password\": hidden")) {
                shouldThrow<InvalidConfigException> { JdbcConfig.fromJson(text) }
                    .message
                    .let {
                        it shouldContain "the configuration is not"
                        it shouldNotContain "hidden"
                    }
            }
        }
    })
