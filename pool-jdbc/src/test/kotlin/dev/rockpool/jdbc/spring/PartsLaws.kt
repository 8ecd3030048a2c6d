package dev.rockpool.jdbc.spring

import dev.rockpool.Balance
import dev.rockpool.PoolTracer
import dev.rockpool.ShardMap
import dev.rockpool.jdbc.BalancedDataSource
import dev.rockpool.jdbc.FakeDatabase
import dev.rockpool.jdbc.RockpoolDataSource
import dev.rockpool.jdbc.ShardedDataSource
import dev.rockpool.jdbc.until
import dev.rockpool.monitor.PoolMonitor
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import io.micrometer.core.instrument.MeterRegistry
import io.micrometer.core.instrument.binder.MeterBinder
import io.micrometer.core.instrument.simple.SimpleMeterRegistry
import java.sql.SQLException
import java.time.Duration
import java.util.concurrent.ConcurrentHashMap
import javax.sql.DataSource
import org.springframework.beans.factory.annotation.Qualifier
import org.springframework.beans.factory.getBean
import org.springframework.boot.actuate.health.HealthIndicator
import org.springframework.boot.actuate.health.Status
import org.springframework.context.ApplicationContext
import org.springframework.context.annotation.AnnotationConfigApplicationContext
import org.springframework.context.annotation.Bean
import org.springframework.core.env.MapPropertySource

/**
 * Data sources of several pools: health counts the whole, and everything else sees each pool once; with Spring Boot 3.
 */
class PartsLaws :
    FunSpec({
        test("a balanced data source is up while a member is, and members that are beans are seen once") {
            Servers.reset()
            start(Balanced::class.java) { context ->
                for (name in listOf("db", "rockpool")) {
                    until { context.health(name) shouldBe mapOf("" to true, "one" to true, "two" to true) }
                }
                context.pools() shouldBe setOf("one", "two")
                Pools.controls(Pools.beans(context.beanFactory)).keys shouldBe setOf("one", "two")
                Servers.one.on("driver.connect") { throw SQLException("the server is away", "08001") }
                Servers.one.on("connection.isValid") { false }
                context.getBean("one", RockpoolDataSource::class.java).control().evictAll()
                for (name in listOf("db", "rockpool")) {
                    until { context.health(name) shouldBe mapOf("" to true, "one" to false, "two" to true) }
                }
                context.getBean("reads", DataSource::class.java).connection.close()
                context.getBean("two", RockpoolDataSource::class.java).close()
                for (name in listOf("db", "rockpool")) {
                    until { context.health(name) shouldBe mapOf("" to false, "one" to false, "two" to false) }
                }
            }
        }

        test("a sharded data source is up while all shards are, and each of its pools is seen once") {
            Servers.reset()
            start(Sharded::class.java) { context ->
                for (name in listOf("db", "rockpool")) {
                    until { context.health(name) shouldBe mapOf("" to true, "a" to true, "b" to true) }
                }
                context.pools() shouldBe setOf("one", "two")
                Pools.controls(Pools.beans(context.beanFactory)).keys shouldBe setOf("orders.a", "orders.b.two")
                context.getBeansOfType(PoolMonitor::class.java).keys shouldBe
                    setOf("orders.aMonitor", "orders.b.twoMonitor")
                context.getBean<Lent>().pools shouldContain "one"
                context.getBean<ShardedDataSource>().shards().getValue("a").close()
                for (name in listOf("db", "rockpool")) {
                    until { context.health(name) shouldBe mapOf("" to false, "a" to false, "b" to true) }
                }
            }
        }
    })

private suspend fun start(beans: Class<*>, test: suspend (AnnotationConfigApplicationContext) -> Unit) {
    AnnotationConfigApplicationContext().use { context ->
        context.environment.propertySources.addFirst(
            MapPropertySource("given", mapOf("rockpool.monitor.enabled" to "true"))
        )
        context.register(
            beans,
            Meters::class.java,
            RockpoolBoot3HealthAutoConfiguration::class.java,
            RockpoolMetricsAutoConfiguration::class.java,
            RockpoolTracerAutoConfiguration::class.java,
            RockpoolMonitorAutoConfiguration::class.java,
        )
        context.refresh()
        context.getBeansOfType(MeterBinder::class.java).values.forEach { it.bindTo(context.getBean<MeterRegistry>()) }
        test(context)
    }
}

/** Whether the whole is up, and each part. */
private fun ApplicationContext.health(name: String): Map<String, Boolean> {
    val health = (getBean("${name}HealthContributor") as HealthIndicator).health()
    val parts = health.details["members"] ?: health.details.getValue("shards")
    val all = (parts as Map<*, *>).map { (part, details) -> "$part" to (details as Map<*, *>)["status"].isUp() }
    return all.toMap() + ("" to (health.status == Status.UP))
}

private fun Any?.isUp() = "$this" in listOf("UP", "HEALTHY", "DEGRADED")

private fun ApplicationContext.pools() =
    getBean<MeterRegistry>().find("rockpool.pending.callers").gauges().map { it.id.getTag("pool") }.toSet()

private object Servers {
    lateinit var one: FakeDatabase
    lateinit var two: FakeDatabase

    fun reset() {
        one = FakeDatabase()
        two = FakeDatabase()
    }

    fun pool(name: String, database: FakeDatabase): RockpoolDataSource =
        RockpoolDataSource.builder().name(name).url(database.url).failFastAfter(Duration.ofMillis(1)).build()
}

private class Lent : PoolTracer {
    val pools: MutableSet<String> = ConcurrentHashMap.newKeySet()

    override fun leaseEnded(pool: String, connection: Long, held: Duration, caller: String?) {
        pools += pool
    }
}

private class Meters {
    @Bean fun registry(): MeterRegistry = SimpleMeterRegistry()
}

private class Balanced {
    @Bean
    fun reads(@Qualifier("one") one: RockpoolDataSource, @Qualifier("two") two: RockpoolDataSource): DataSource =
        BalancedDataSource.of("reads", listOf(one, two), Balance.RANDOM_OF_TWO)

    @Bean fun one() = Servers.pool("one", Servers.one)

    @Bean fun two() = Servers.pool("two", Servers.two)
}

private class Sharded {
    @Bean
    fun orders(): ShardedDataSource =
        ShardedDataSource.builder("orders", ShardMap.of("a", "b"))
            .shard("a", Servers.pool("one", Servers.one))
            .shard("b", BalancedDataSource.of("b", listOf(Servers.pool("two", Servers.two)), Balance.ROUND_ROBIN))
            .build()

    @Bean fun lent() = Lent()
}
