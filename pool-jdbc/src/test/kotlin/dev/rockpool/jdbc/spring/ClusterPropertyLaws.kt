package dev.rockpool.jdbc.spring

import dev.rockpool.InvalidConfigException
import dev.rockpool.PoolTracer
import dev.rockpool.jdbc.ClusterDataSource
import dev.rockpool.jdbc.ClusterMember
import dev.rockpool.jdbc.FakeMember
import dev.rockpool.jdbc.JdbcCluster
import dev.rockpool.jdbc.until
import dev.rockpool.monitor.PoolMonitor
import dev.rockpool.testing.EmbeddedCluster
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.micrometer.core.instrument.MeterRegistry
import io.micrometer.core.instrument.binder.MeterBinder
import io.micrometer.core.instrument.simple.SimpleMeterRegistry
import java.time.Duration
import java.util.Properties
import java.util.concurrent.ConcurrentHashMap
import javax.sql.DataSource
import org.springframework.beans.factory.BeanCreationException
import org.springframework.beans.factory.config.BeanPostProcessor
import org.springframework.beans.factory.getBean
import org.springframework.boot.actuate.health.HealthIndicator
import org.springframework.boot.actuate.health.Status
import org.springframework.boot.autoconfigure.jdbc.JdbcConnectionDetails
import org.springframework.context.annotation.AnnotationConfigApplicationContext
import org.springframework.context.annotation.Bean
import org.springframework.core.env.PropertiesPropertySource
import org.springframework.jdbc.core.JdbcTemplate
import org.springframework.jdbc.datasource.DataSourceTransactionManager
import org.springframework.jdbc.datasource.DelegatingDataSource
import org.springframework.transaction.annotation.EnableTransactionManagement
import org.springframework.transaction.annotation.Transactional

private const val PREFIX = "spring.datasource.rockpool"
private const val DRIVER = "spring.datasource.driver-class-name=dev.rockpool.jdbc.FakeMember\$FakeDriver"

/** A cluster from properties alone, with Spring Boot 3. Its laws with Spring Boot 4 are in the module for that. */
class ClusterPropertyLaws :
    FunSpec({
        test("properties alone make a cluster, and read-only transactions read from a standby") {
            EmbeddedCluster.create().use { servers ->
                start(
                    "spring.datasource.username=${servers.user()}",
                    "spring.datasource.password=${servers.password()}",
                    "$PREFIX.max-size=3",
                    "$PREFIX.cluster.members=${servers.url(0)},${servers.url(1)}",
                ) { context ->
                    val cluster = context.getBean<JdbcCluster>()
                    (context.getBean<DataSource>() as ClusterDataSource).asJdbcCluster() shouldBe cluster
                    cluster.awaitPair()
                    val work = context.getBean<Work>()
                    work.write() shouldBe false
                    work.read() shouldBe true
                    (context.getBean("dbHealthContributor") as HealthIndicator).health().status shouldBe Status.UP
                }
            }
        }

        test("the settings in the documentation are those of the cluster, its primary and its standbys") {
            val one = FakeMember("db-1").primary(1)
            val two = FakeMember("db-2").standby()
            val file =
                Properties().apply { load(ClusterPropertyLaws::class.java.getResourceAsStream("/cluster.properties")) }
            start(*file.map { (name, value) -> "$name=$value" }.toTypedArray(), DRIVER, "ORDERS_PASSWORD=s3cr3t") {
                context ->
                val cluster = context.getBean<JdbcCluster>()
                cluster.awaitPair()
                cluster.name shouldBe "orders"
                cluster.controls().mapValues { (_, control) -> control.config.name to control.config.maxSize } shouldBe
                    mapOf("primary" to ("orders" to 4), "db-2" to ("orders[db-2]" to 8))
                check(one.open.isNotEmpty() || two.open.isNotEmpty())
            }
            until { check(one.open.isEmpty() && two.open.isEmpty()) }
        }

        for ((how, decorator) in mapOf("bare" to Bare::class, "decorated" to Decorated::class)) {
            test("health, meters, monitors and tracers find all pools of a $how cluster, also those that come later") {
                val one = FakeMember("all-1-$how").primary(1)
                val two = FakeMember("all-2-$how").refusing("no route", "08001")
                val members = "$PREFIX.cluster.members=${one.url()},${two.url()}"
                val monitor = "rockpool.monitor.enabled=true"
                start(DRIVER, members, monitor, beans = listOf(decorator.java)) { context ->
                    val meters = context.getBean<MeterRegistry>()
                    context.getBeansOfType(MeterBinder::class.java).values.forEach { it.bindTo(meters) }
                    fun pools() = meters.find("rockpool.pending.callers").gauges().map { it.id.getTag("pool") }
                    pools() shouldBe listOf("cluster")
                    val cluster = context.getBean<JdbcCluster>()
                    two.standby()
                    cluster.awaitPair()
                    val standby = "cluster[all-2-$how]"
                    until { pools() shouldContainExactlyInAnyOrder listOf("cluster", standby) }
                    cluster.dataSource.connection.use {
                        it.isReadOnly = true
                        it.createStatement().close()
                    }
                    until { context.getBean<Traced>().pools shouldBe setOf(standby) }
                    val health = (context.getBean("rockpoolHealthContributor") as HealthIndicator).health()
                    health.status shouldBe Status.UP
                    health.details["members"] shouldBe mapOf("all-1-$how" to "PRIMARY", "all-2-$how" to "STANDBY")
                    (health.details["standbys"] as Map<*, *>).keys shouldBe setOf("all-2-$how")
                    context.getBean("dataSourceMonitor").let { check(it is PoolMonitor) }
                    Pools.controls(Pools.beans(context.beanFactory)).keys shouldBe
                        setOf("dataSource", "dataSource.all-2-$how")
                    two.refusing("no route", "08001")
                    two.primary(0) // it is no standby any more
                    until { pools() shouldBe listOf("cluster") }
                }
            }
        }

        test("all problems are reported in one message, without the password") {
            val thrown =
                shouldThrow<BeanCreationException> {
                    start(
                        "spring.datasource.url=jdbc:postgresql://db-1/x?password=hidden",
                        "spring.datasource.password=hidden",
                        "$PREFIX.name=orders",
                        "$PREFIX.max-size=many",
                        "$PREFIX.min-idle=-1",
                        "$PREFIX.cluster.members[0]=jdbc:postgresql://db-1,db-2/x?password=hidden",
                        "$PREFIX.cluster.members[1]=jdbc:postgresql://db-2/x",
                        "$PREFIX.cluster.max-lag=soon",
                        "$PREFIX.cluster.standbys.max-size=lots",
                        "$PREFIX.cluster.primary.maximum=3",
                        "$PREFIX.cluster.member=x",
                    ) {}
                }
            val cause =
                generateSequence<Throwable>(thrown) { it.cause }.filterIsInstance<InvalidConfigException>().single()
            cause.poolName shouldBe "orders"
            cause.problems shouldContainExactlyInAnyOrder
                listOf(
                    "spring.datasource.url is set but must be absent, because $PREFIX.cluster.members has the URL of each server",
                    "$PREFIX.cluster.max-lag is 'soon' but must be a positive duration such as 500ms, 5s or PT5S",
                    "$PREFIX.max-size is 'many' but must be a whole number",
                    "$PREFIX.cluster.standbys.max-size is 'lots' but must be a whole number",
                    "$PREFIX.cluster.primary.maximum is no setting of Rockpool",
                    "$PREFIX.cluster.member is no setting of Rockpool",
                    "minIdle is -1 but must be 0 to maxSize (10); null means 2, or maxSize if that is less",
                )
            thrown.message!! shouldNotContain "hidden"
        }

        test("a URL of several servers, and no URL, are refused with what is allowed") {
            shouldThrow<BeanCreationException> {
                    start("$PREFIX.cluster.members[0]=jdbc:postgresql://db-1,db-2/x?password=hidden") {}
                }
                .message shouldContain
                "members[0]: url is 'jdbc:postgresql://db-1,db-2/x?password=***' but must begin with jdbc:postgresql: " +
                    "and name one server"
            shouldThrow<BeanCreationException> { start("$PREFIX.cluster.max-lag=1s") {} }.message shouldContain
                "$PREFIX.cluster.members is absent or empty but must have the URL of each server"
        }

        test("connection details take the place of the members") {
            val one = FakeMember("details").primary(1)
            start(DRIVER, "$PREFIX.cluster.members=jdbc:postgresql://nowhere/x", beans = listOf(Details::class.java)) {
                context ->
                val cluster = context.getBean<JdbcCluster>()
                until { check(cluster.primary?.name == "details") }
                check(one.asked.isNotEmpty())
            }
        }

        test("another type of data source leaves the cluster out") {
            start(
                "spring.datasource.type=x.Y",
                "$PREFIX.cluster.members=jdbc:postgresql://nowhere/x",
                beans = emptyList(),
            ) {
                it.getBeanNamesForType(DataSource::class.java).size shouldBe 0
            }
        }
    })

private suspend fun JdbcCluster.awaitPair() = until {
    check(primary?.status == ClusterMember.Status.PRIMARY) { this }
    check(members.any { it.status == ClusterMember.Status.STANDBY }) { this }
}

private suspend fun start(
    vararg properties: String,
    beans: List<Class<*>> = listOf(Bare::class.java),
    test: suspend (AnnotationConfigApplicationContext) -> Unit,
) {
    val given = Properties().apply { properties.forEach { put(it.substringBefore("="), it.substringAfter("=")) } }
    AnnotationConfigApplicationContext().use { context ->
        context.environment.propertySources.addFirst(PropertiesPropertySource("given", given))
        context.register(
            *beans.toTypedArray(),
            Boot3Cluster::class.java,
            RockpoolBoot3HealthAutoConfiguration::class.java,
            RockpoolMetricsAutoConfiguration::class.java,
            RockpoolTracerAutoConfiguration::class.java,
            RockpoolMonitorAutoConfiguration::class.java,
        )
        context.refresh()
        test(context)
    }
}

/** The pools that have lent a connection. */
class Traced : PoolTracer {
    val pools: MutableSet<String> = ConcurrentHashMap.newKeySet()

    override fun leaseEnded(pool: String, connection: Long, held: Duration, caller: String?) {
        pools += pool
    }
}

@EnableTransactionManagement
open class Bare {
    @Bean open fun meters(): MeterRegistry = SimpleMeterRegistry()

    @Bean open fun traced(): Traced = Traced()

    @Bean open fun transactions(source: DataSource) = DataSourceTransactionManager(source)

    @Bean open fun work(source: DataSource) = Work(JdbcTemplate(source))
}

open class Decorated : Bare() {
    @Bean
    open fun decorator(): BeanPostProcessor =
        object : BeanPostProcessor {
            override fun postProcessAfterInitialization(bean: Any, beanName: String): Any =
                if (bean is DataSource) DelegatingDataSource(DelegatingDataSource(bean)) else bean
        }
}

open class Work(private val template: JdbcTemplate?) {
    @Transactional open fun write(): Boolean? = isStandby()

    @Transactional(readOnly = true) open fun read(): Boolean? = isStandby()

    private fun isStandby() = template!!.queryForObject("select pg_is_in_recovery()", Boolean::class.java)
}

private class Details {
    @Bean
    fun elsewhere(): JdbcConnectionDetails =
        object : JdbcConnectionDetails {
            override fun getUsername() = "app"

            override fun getPassword() = "s3cr3t"

            override fun getJdbcUrl() = "jdbc:postgresql://details/orders"

            override fun getDriverClassName() = "dev.rockpool.jdbc.FakeMember\$FakeDriver"
        }
}
