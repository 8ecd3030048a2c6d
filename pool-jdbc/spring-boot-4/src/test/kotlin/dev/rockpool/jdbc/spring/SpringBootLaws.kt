package dev.rockpool.jdbc.spring

import dev.rockpool.InvalidConfigException
import dev.rockpool.jdbc.ConnectionCustomizer
import dev.rockpool.jdbc.FakeDatabase
import dev.rockpool.jdbc.Postgres
import dev.rockpool.jdbc.RockpoolDataSource
import dev.rockpool.jdbc.until
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeInstanceOf
import io.micrometer.core.instrument.MeterRegistry
import java.time.Duration
import java.util.concurrent.TimeUnit
import javax.sql.DataSource
import kotlin.time.Duration.Companion.seconds
import org.springframework.beans.factory.BeanCreationException
import org.springframework.beans.factory.getBean
import org.springframework.boot.diagnostics.FailureAnalyzer
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint
import org.springframework.boot.health.contributor.HealthIndicator
import org.springframework.boot.health.contributor.Status
import org.springframework.boot.health.registry.HealthContributorRegistry
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails
import org.springframework.boot.micrometer.metrics.actuate.endpoint.MetricsEndpoint
import org.springframework.context.annotation.Bean
import org.springframework.core.annotation.Order
import org.springframework.core.io.support.SpringFactoriesLoader
import org.springframework.jdbc.core.JdbcTemplate

/** Spring Boot with Rockpool and no other pool on the class path. */
class SpringBootLaws :
    FunSpec({
        val postgres = arrayOf("spring.datasource.url=${Postgres.url}", "spring.datasource.username=${Postgres.USER}")

        test("the only pool on the class path is used, and closed with the application") {
            lateinit var pool: RockpoolDataSource
            application(*postgres) { context ->
                pool = context.getBean<DataSource>().shouldBeInstanceOf<RockpoolDataSource>()
                context.getBean<JdbcTemplate>().queryForObject("select 1", Int::class.java) shouldBe 1
            }
            pool.snapshot().total shouldBe 0
            shouldThrow<java.sql.SQLException> { pool.connection }.message shouldContain "has been closed"
        }

        test("the pool's type may be given explicitly") {
            application(*postgres, "spring.datasource.type=${RockpoolDataSource::class.java.name}") { context ->
                context.getBean<DataSource>().shouldBeInstanceOf<RockpoolDataSource>()
            }
        }

        test("another type is respected") {
            val other = "org.springframework.jdbc.datasource.SimpleDriverDataSource"
            application(*postgres, "spring.datasource.type=$other") { context ->
                context.getBean<DataSource>().javaClass.name shouldBe other
            }
        }

        test("an application's own data source is respected, and reported if it is Rockpool's") {
            application(beans = listOf(OwnPool::class.java)) { context ->
                context.getBean<RockpoolDataSource>().snapshot().name shouldBe "own"
                context.getBean<MeterRegistry>().get("jdbc.connections.max").gauge().value() shouldBe 3.0
            }
        }

        test("settings are read with Spring's relaxed binding") {
            val database = FakeDatabase()
            application(
                "spring.datasource.url=${database.url}",
                "spring.datasource.name=shop",
                "spring.datasource.rockpool.max-size=7",
                "spring.datasource.rockpool.minIdle=0",
                "spring.datasource.rockpool.acquire-timeout=3s",
                "spring.datasource.rockpool.max-lifetime=never",
                "spring.datasource.rockpool.backoff.initial=50",
                "spring.datasource.rockpool.overload.target=20ms",
                "spring.datasource.rockpool.reuse-policy=lifo",
                "spring.datasource.rockpool.transaction-isolation=serializable",
                "spring.datasource.rockpool.auto-commit=false",
                "spring.datasource.rockpool.init-sql=set a, b",
                "spring.datasource.rockpool.properties.ApplicationName=shop",
            ) { context ->
                val config = context.getBean<RockpoolDataSource>().asJdbcPool().config
                config.pool.toString().let {
                    it shouldContain """"name":"shop","maxSize":7,"minIdle":0,"acquireTimeout":"PT3S""""
                    it shouldContain """"maxLifetime":null"""
                    it shouldContain "PT0.050S"
                    it shouldContain "LIFO"
                }
                config.pool.overload.toString() shouldBe "target 20ms, interval 1s"
                listOf(config.transactionIsolation, config.autoCommit, config.initSql) shouldBe
                    listOf(8, false, listOf("set a, b"))
                config.toString() shouldContain "properties=1"
            }
        }

        test("customizers change the settings of the properties, in their order") {
            application(
                "spring.datasource.url=${FakeDatabase().url}",
                "spring.datasource.rockpool.max-size=7",
                "spring.datasource.rockpool.min-idle=1",
                beans = listOf(Customizers::class.java),
            ) { context ->
                val config = context.getBean<RockpoolDataSource>().asJdbcPool().config
                listOf(config.pool.maxSize, config.pool.minIdle, config.queryTimeout) shouldBe listOf(9, 1, 4.seconds)
                config.customizer shouldBe Customizers.CUSTOMIZER
            }
        }

        test("what is wrong in a customizer is reported with the properties") {
            val thrown =
                shouldThrow<BeanCreationException> {
                    application(
                        "spring.datasource.url=${FakeDatabase().url}",
                        "spring.datasource.rockpool.max-size=many",
                        beans = listOf(WrongCustomizer::class.java),
                    ) {}
                }
            val message = generateSequence<Throwable>(thrown) { it.cause }.last().message.orEmpty()
            message shouldContain "max-size"
            message shouldContain "minIdle is -3"
        }

        test("settings may come from environment variables") {
            val variables =
                mapOf(
                    "SPRING_DATASOURCE_URL" to FakeDatabase().url,
                    "SPRING_DATASOURCE_ROCKPOOL_MAXSIZE" to "7",
                    "SPRING_DATASOURCE_ROCKPOOL_MIN_IDLE" to "5",
                )
            application(variables = variables) { context ->
                val pool = context.getBean<RockpoolDataSource>().asJdbcPool().config.pool
                listOf(pool.maxSize, pool.minIdle) shouldBe listOf(7, 5)
            }
        }

        test("init-sql may be a list") {
            application(
                "spring.datasource.url=${FakeDatabase().url}",
                "spring.datasource.rockpool.init-sql[0]=set a",
                "spring.datasource.rockpool.init-sql[1]=set b",
            ) { context ->
                context.getBean<RockpoolDataSource>().asJdbcPool().config.initSql shouldBe listOf("set a", "set b")
            }
        }

        test("all problems are reported in one message, without the password") {
            val thrown =
                shouldThrow<BeanCreationException> {
                    application(
                        "spring.datasource.url=jdbc:nobody:x",
                        "spring.datasource.password=hidden",
                        "spring.datasource.connection-fetch=lazy",
                        "spring.datasource.rockpool.name=orders",
                        "spring.datasource.rockpool.max-size=many",
                        "spring.datasource.rockpool.min-idle=-1",
                        "spring.datasource.rockpool.acquire-timeout=soon",
                        "spring.datasource.rockpool.connect-timeout=never",
                        "spring.datasource.rockpool.reuse-policy=best",
                        "spring.datasource.rockpool.transaction-isolation=strict",
                        "spring.datasource.rockpool.maximum-pool-size=3",
                        "spring.datasource.rockpool.init-sql[1]=set a",
                    ) {}
                }
            val cause =
                generateSequence<Throwable>(thrown) { it.cause }.filterIsInstance<InvalidConfigException>().single()
            val analysis =
                SpringFactoriesLoader.forDefaultResourceLocation()
                    .load(FailureAnalyzer::class.java, SpringFactoriesLoader.FailureHandler { _, _, _ -> })
                    .firstNotNullOf { it.analyze(thrown) }
            val prefix = "spring.datasource.rockpool"
            cause.problems.map { it.substringBefore(" (found:") } shouldBe // which drivers, depends on the other tests
                listOf(
                    "spring.datasource.connection-fetch is 'lazy' but must be eager; " +
                        "declare a LazyConnectionDataSourceProxy around the pool",
                    "$prefix.max-size is 'many' but must be a whole number",
                    "$prefix.acquire-timeout is 'soon' but must be a duration such as 500ms, 5s or PT5S, or 'never'",
                    "$prefix.connect-timeout is 'never' but must be a duration such as 500ms, 5s or PT5S",
                    "$prefix.reuse-policy is 'best' but must be one of AFFINE, LIFO, FIFO",
                    "$prefix.transaction-isolation is 'strict' but must be a name such as TRANSACTION_SERIALIZABLE, or a number",
                    "$prefix.init-sql cannot be read: The elements [$prefix.init-sql[1]] were left unbound.",
                    "$prefix.maximum-pool-size is no setting of Rockpool; its name here is max-size",
                    "minIdle is -1 but must be 0 to maxSize (10); null means 2, or maxSize if that is less",
                    "url is 'jdbc:nobody:x' but must be one that a driver on the class path accepts",
                )
            analysis.description shouldContain "The pool 'orders' is misconfigured:"
            cause.problems.forEach { analysis.description shouldContain "- $it" }
            (analysis.description + analysis.action + thrown.message) shouldNotContain "hidden"
        }

        test("without a URL the pool uses an embedded database, as Spring Boot does by default") {
            application("spring.main.banner-mode=off") { context ->
                context.getBean<RockpoolDataSource>().connection.use { it.metaData.url shouldContain "jdbc:h2:mem:" }
            }
        }

        test("connection details override properties") {
            application(
                "spring.datasource.url=jdbc:nobody:x",
                "spring.datasource.username=nobody",
                beans = listOf(Details::class.java),
            ) { context ->
                context.getBean<JdbcTemplate>().queryForObject("select current_user", String::class.java) shouldBe
                    Postgres.USER
            }
        }

        test("an embedded database has the user that Spring Boot configures") {
            val login = Login.of("jdbc:h2:mem:orders", " ", null, "")
            listOf(login.username(), login.password(), login.driverClassName()) shouldBe
                listOf("sa", "", "org.h2.Driver")
            "$login" shouldBe "login of spring.datasource"
        }

        test("an application without Spring Boot's JDBC module, or an older one, is left alone") {
            application(classes = Without("org.springframework.boot.jdbc", "spring-boot-jdbc")) { context ->
                context.getBeanNamesForType(DataSource::class.java).size shouldBe 0
            }
        }

        test("an application without health and Micrometer still has its pool") {
            application(
                *postgres,
                classes =
                    Without("org.springframework.boot.health", "spring-boot-health", "io.micrometer", "micrometer"),
            ) { context ->
                context.getBean<DataSource>().shouldBeInstanceOf<RockpoolDataSource>()
            }
        }

        test("health has the database and the pool, with its numbers") {
            application(*postgres, "spring.datasource.rockpool.name=orders") { context ->
                val registry = context.getBean<HealthContributorRegistry>()
                val db = (registry.getContributor("db") as HealthIndicator).health()!!
                db.status shouldBe Status.UP
                db.details shouldBe mapOf("database" to "PostgreSQL", "validationQuery" to "isValid()")
                val health = (registry.getContributor("rockpool") as HealthIndicator).health()!!
                health.status shouldBe Status.UP
                health.details["pool"] shouldBe "orders"
                health.details["maxSize"] shouldBe 10
            }
        }

        test("actuator endpoints show health and meters") {
            application(
                *postgres,
                "spring.jmx.enabled=true",
                "management.endpoints.jmx.exposure.include=health,metrics",
            ) { context ->
                val health = context.getBean<HealthEndpoint>()
                health.healthForPath("db")!!.status shouldBe Status.UP
                health.healthForPath("rockpool")!!.status shouldBe Status.UP
                val metrics = context.getBean<MetricsEndpoint>()
                metrics.metric("jdbc.connections.max", null)!!.measurements.single().value shouldBe 10.0
                (metrics.metric("rockpool.acquires", null)!!.measurements.single().value > 0) shouldBe true
            }
        }

        test("a pool that cannot serve is down at once, with the cause") {
            val database = FakeDatabase()
            database.on("driver.connect") { throw java.sql.SQLException("no such user", "28000") }
            application(
                "spring.datasource.url=${database.url}",
                "spring.datasource.rockpool.fail-fast-after=1ms",
                "management.health.db.enabled=false",
            ) { context ->
                val indicator =
                    context.getBean<HealthContributorRegistry>().getContributor("rockpool") as HealthIndicator
                kotlinx.coroutines.runBlocking { until { indicator.health()!!.status shouldBe Status.DOWN } }
                indicator.health()!!.details["lastFailure"].toString() shouldContain "no such user"
            }
        }

        test("the pool's health can be switched off") {
            application(*postgres, "management.health.rockpool.enabled=false") { context ->
                context.getBean<HealthContributorRegistry>().getContributor("rockpool").shouldBeNull()
            }
        }

        test("there are Spring Boot's meters and the pool's own") {
            application(*postgres, "spring.datasource.rockpool.max-size=5") { context ->
                val meters = context.getBean<MeterRegistry>()
                fun gauge(name: String, vararg tags: String) = meters.get(name).tags(*tags).gauge().value()
                context.getBean<DataSource>().connection.use {
                    gauge("jdbc.connections.active") shouldBe 1.0
                    gauge("rockpool.connections", "state", "leased") shouldBe 1.0
                }
                gauge("jdbc.connections.max") shouldBe 5.0
                gauge("jdbc.connections.min") shouldBe 2.0
                gauge("jdbc.connections.active") shouldBe 0.0
                gauge("rockpool.pending.callers", "pool", "pool") shouldBe 0.0
                meters.get("rockpool.acquires").tags("outcome", "served").functionCounter().count() shouldBe 1.0
                (meters.get("rockpool.open").functionTimer().totalTime(TimeUnit.NANOSECONDS) > 0) shouldBe true
                kotlinx.coroutines.runBlocking {
                    until { gauge("jdbc.connections.idle") shouldBe gauge("rockpool.connections", "state", "idle") }
                    context.getBean<RockpoolDataSource>().close()
                    until {
                        // Those of observations are there if a caller had to wait, and belong to no pool.
                        val ofWaits = setOf("rockpool.acquire", "rockpool.acquire.active")
                        meters.meters
                            .map { it.id.name }
                            .filter { it.startsWith("rockpool.") && it !in ofWaits } shouldBe emptyList()
                    }
                }
            }
        }
    })

private class Customizers {
    @Bean @Order(2) fun second() = RockpoolCustomizer { it.queryTimeout(Duration.ofSeconds(4)) }

    @Bean
    @Order(1)
    fun first() = RockpoolCustomizer { it.maxSize(9).queryTimeout(Duration.ofSeconds(1)).customizer(CUSTOMIZER) }

    companion object {
        val CUSTOMIZER = ConnectionCustomizer {}
    }
}

private class WrongCustomizer {
    @Bean fun wrong() = RockpoolCustomizer { it.minIdle(-3) }
}

private class OwnPool {
    @Bean
    fun dataSource(): RockpoolDataSource =
        RockpoolDataSource.builder().name("own").url(Postgres.url).username(Postgres.USER).maxSize(3).build()
}

private class Details {
    @Bean
    fun elsewhere(): JdbcConnectionDetails =
        object : JdbcConnectionDetails {
            override fun getUsername() = Postgres.USER

            override fun getPassword() = null

            override fun getJdbcUrl() = Postgres.url
        }
}
