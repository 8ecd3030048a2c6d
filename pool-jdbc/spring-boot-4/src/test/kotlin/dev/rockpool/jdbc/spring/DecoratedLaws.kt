package dev.rockpool.jdbc.spring

import dev.rockpool.jdbc.JdbcPool
import dev.rockpool.jdbc.RockpoolDataSource
import dev.rockpool.jdbc.until
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.micrometer.core.instrument.MeterRegistry
import io.micrometer.core.instrument.MockClock
import io.micrometer.core.instrument.simple.CountingMode
import io.micrometer.core.instrument.simple.SimpleConfig
import io.micrometer.core.instrument.simple.SimpleMeterRegistry
import java.time.Duration
import javax.sql.DataSource
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder
import org.aopalliance.intercept.MethodInterceptor
import org.springframework.aop.framework.ProxyFactory
import org.springframework.beans.factory.annotation.Qualifier
import org.springframework.beans.factory.config.BeanPostProcessor
import org.springframework.beans.factory.config.CustomScopeConfigurer
import org.springframework.beans.factory.getBean
import org.springframework.boot.health.contributor.CompositeHealthContributor
import org.springframework.boot.health.contributor.HealthIndicator
import org.springframework.boot.health.contributor.Status
import org.springframework.boot.health.registry.HealthContributorRegistry
import org.springframework.boot.jdbc.DataSourceBuilder
import org.springframework.boot.jdbc.health.DataSourceHealthIndicator
import org.springframework.context.ConfigurableApplicationContext
import org.springframework.context.annotation.Bean
import org.springframework.context.annotation.Scope
import org.springframework.context.annotation.ScopedProxyMode
import org.springframework.context.support.SimpleThreadScope
import org.springframework.jdbc.core.JdbcTemplate
import org.springframework.jdbc.datasource.DelegatingDataSource
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource

private const val H2 = "jdbc:h2:mem:decorated;DB_CLOSE_DELAY=-1"
private const val USER = "sa" // as Spring Boot calls the user of such a database
private val url = arrayOf("spring.datasource.url=$H2")

private val step = Duration.ofMinutes(1)

private fun h2() = RockpoolDataSource.builder().url(H2).username(USER)

private fun select(source: DataSource) = JdbcTemplate(source).queryForObject("select 1", Int::class.java)

/** Health and meters work for data sources that applications wrap or derive. */
class DecoratedLaws :
    FunSpec({
        val decorators =
            listOf(
                "datasource-proxy" to Proxied::class.java,
                "an AOP proxy by class" to ByClass::class.java,
                "an AOP proxy by interface" to ByInterface::class.java,
                "a delegating data source" to Delegating::class.java,
                "three of them" to Threefold::class.java,
            )
        decorators.forEach { (name, decorator) ->
            test("$name around the pool keeps health and meters") {
                application(*url, beans = listOf(decorator)) { context ->
                    select(context.getBean<DataSource>()) shouldBe 1
                    context.getBean<JdbcPool>().withConnection { it.isValid(1) } shouldBe true
                    context.shows()
                }
            }
        }

        test("a scoped proxy, as in a refresh scope, keeps health and meters, also for the next pool") {
            application(beans = listOf(Scoped::class.java)) { context ->
                val source = context.getBean<DataSource>()
                select(source) shouldBe 1
                context.shows()
                context.beanFactory.destroyScopedBean("scopedTarget.source")
                context.beanFactory.getRegisteredScope("thread")!!.remove("scopedTarget.source")
                select(source) shouldBe 1
                context.shows()
            }
        }

        test("after a refresh, health and meters follow the next pool of a scoped bean of any declared type") {
            for (type in listOf(RefreshedPool::class.java, RefreshedSource::class.java)) {
                application(beans = listOf(type)) { context ->
                    val source = context.getBean<DataSource>()
                    select(source) shouldBe 1
                    context.shows()
                    val before = source.unwrap(JdbcPool::class.java)
                    context.getBean<Refreshing>().refresh()
                    before.control.health().isHealthy shouldBe false
                    select(source) shouldBe 1
                    source.unwrap(JdbcPool::class.java) shouldNotBe before
                    context.shows()
                }
            }
        }

        test("after a refresh, the counts of a registry that shows them by step never fall") {
            application(beans = listOf(RefreshedPool::class.java, Stepwise::class.java)) { context ->
                val source = context.getBean<DataSource>()
                val clock = context.getBean<MockClock>()
                fun served() =
                    context.getBean<MeterRegistry>().get("rockpool.acquires").tag("outcome", "served").functionCounter()
                repeat(3) { select(source) }
                served().count()
                clock.add(step)
                served().count() shouldBe 3.0
                context.getBean<Refreshing>().refresh()
                select(source)
                served().count()
                clock.add(step)
                served().count() shouldBe 1.0
            }
        }

        test("class-based proxies, DataSourceBuilder.type and derivedFrom make data sources that work") {
            h2().build().use { ours ->
                select(byClass(ours)) shouldBe 1
                val builder = DataSourceBuilder.create().type(RockpoolDataSource::class.java)
                builder.url(H2).username(USER).password("").build().use { select(it) shouldBe 1 }
                builder.url("jdbc:h2:mem:").username("").password("").build().use { select(it) shouldBe 1 }
                val derived = DataSourceBuilder.derivedFrom(ours).build().shouldBeInstanceOf<RockpoolDataSource>()
                derived.use { select(it) shouldBe 1 }
                val ofProxy = DataSourceBuilder.derivedFrom(byClass(ours)).build()
                (ofProxy as RockpoolDataSource).use { select(it) shouldBe 1 }
            }
        }

        test("a derived data source has the credentials of the pool") {
            RockpoolDataSource.builder().url(H2).username("old").password("older").build().use { ours ->
                ours.changeCredentials("app", "secret")
                val derived =
                    DataSourceBuilder.derivedFrom(ours)
                        .type(org.springframework.jdbc.datasource.SimpleDriverDataSource::class.java)
                        .build()
                listOf(derived.url, derived.username, derived.password) shouldBe listOf(H2, "app", "secret")
            }
        }

        test("each of several data sources has its own health, whether Rockpool's or not") {
            application(*url, beans = listOf(Several::class.java)) { context ->
                val db = context.contributor("db") as CompositeHealthContributor
                val all = db.stream().toList().associate { it.name() to it.contributor() }
                all.keys shouldBe setOf("orders", "customers", "lazily", "other", "routing")
                all.getValue("other").shouldBeInstanceOf<DataSourceHealthIndicator>()
                // On a slow machine the first connect may take longer than the check waits.
                until {
                    all.values.filterIsInstance<HealthIndicator>().forEach { it.health()!!.status shouldBe Status.UP }
                }
                val routed = (all.getValue("routing") as CompositeHealthContributor).stream().toList()
                routed.map { it.name() }.toSet() shouldBe setOf("eu", "us")
                val rockpool = context.contributor("rockpool") as CompositeHealthContributor
                rockpool.stream().map { it.name() }.toList().toSet() shouldBe setOf("orders", "customers", "routing.us")
                val pools =
                    context.getBean<MeterRegistry>().find("rockpool.pending.callers").gauges().map {
                        it.id.getTag("pool")
                    }
                pools.toSet() shouldBe setOf("pool", "customers", "routing.us")
                val max = context.getBean<MeterRegistry>().get("jdbc.connections.max").tag("name", "routing")
                max.gauge().value() shouldBe 20.0 // eu and us
            }
        }

        test("routing data sources are left out on request, and without others nothing is reported") {
            val ignore = "management.health.db.ignore-routing-data-sources=true"
            application(*url, ignore, beans = listOf(Several::class.java)) { context ->
                val db = context.contributor("db") as CompositeHealthContributor
                db.stream().map { it.name() }.toList().toSet() shouldBe setOf("orders", "customers", "lazily", "other")
            }
            application(ignore, beans = listOf(OnlyRouting::class.java)) { it.contributor("db").shouldBeNull() }
        }

        test("an application without Rockpool has only Spring Boot's health") {
            val other = "org.springframework.jdbc.datasource.SimpleDriverDataSource"
            application(*url, "spring.datasource.type=$other") { context ->
                context.contributor("db").shouldBeInstanceOf<DataSourceHealthIndicator>()
                context.contributor("rockpool").shouldBeNull()
                context.getBean<MeterRegistry>().meters.filter { it.id.name.startsWith("rockpool") }.shouldBeEmpty()
            }
        }
    })

private fun ConfigurableApplicationContext.contributor(name: String) =
    getBean<HealthContributorRegistry>().getContributor(name)

private fun ConfigurableApplicationContext.shows() {
    for (name in listOf("db", "rockpool")) {
        (contributor(name) as HealthIndicator).health()!!.status shouldBe Status.UP
    }
    val meters = getBean<MeterRegistry>()
    meters.find("jdbc.connections.max").gauge().shouldNotBeNull().value() shouldBe 10.0
    (meters.get("rockpool.acquires").tag("outcome", "served").functionCounter().count() > 0) shouldBe true
}

private val passOn = MethodInterceptor { it.proceed() }

private fun byClass(source: DataSource): DataSource =
    ProxyFactory(source).run {
        isProxyTargetClass = true
        addAdvice(passOn)
        proxy as DataSource
    }

private fun byInterface(source: DataSource): DataSource =
    ProxyFactory().run {
        setInterfaces(DataSource::class.java)
        setTarget(source)
        addAdvice(passOn)
        proxy as DataSource
    }

private abstract class Decorator(private val decorate: (DataSource) -> DataSource) : BeanPostProcessor {
    override fun postProcessAfterInitialization(bean: Any, beanName: String): Any =
        if (bean is DataSource) decorate(bean) else bean
}

private class Proxied : Decorator({ ProxyDataSourceBuilder.create(it).build() })

private class ByClass : Decorator(::byClass)

private class ByInterface : Decorator(::byInterface)

private class Delegating : Decorator(::DelegatingDataSource)

private class Threefold : Decorator({ byInterface(DelegatingDataSource(ProxyDataSourceBuilder.create(it).build())) })

private class Scoped {
    @Bean
    @Scope("thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
    fun source(): RockpoolDataSource =
        RockpoolDataSource().apply {
            url = H2
            username = USER
        }

    companion object {
        @Bean @JvmStatic fun scopes() = CustomScopeConfigurer().apply { addScope("thread", SimpleThreadScope()) }
    }
}

private class RefreshedPool {
    @Bean @Scope(REFRESHING, proxyMode = ScopedProxyMode.TARGET_CLASS) fun source(): RockpoolDataSource = h2().build()

    companion object {
        @Bean @JvmStatic fun refreshing() = Refreshing()
    }
}

private class RefreshedSource {
    @Bean @Scope(REFRESHING, proxyMode = ScopedProxyMode.TARGET_CLASS) fun source(): DataSource = h2().build()

    companion object {
        @Bean @JvmStatic fun refreshing() = Refreshing()
    }
}

private class Stepwise {
    @Bean fun clock() = MockClock()

    @Bean
    fun registry(clock: MockClock): MeterRegistry =
        SimpleMeterRegistry(
            object : SimpleConfig {
                override fun get(key: String): String? = null

                override fun mode() = CountingMode.STEP

                override fun step() = step
            },
            clock,
        )
}

private class Several {
    @Bean fun orders(): RockpoolDataSource = h2().build()

    @Bean fun customers(): DataSource = h2().name("customers").build()

    @Bean fun lazily(@Qualifier("orders") orders: DataSource): DataSource = LazyConnectionDataSourceProxy(orders)

    @Bean
    fun other(): DataSource =
        DataSourceBuilder.create()
            .type(org.springframework.jdbc.datasource.SimpleDriverDataSource::class.java)
            .url(H2)
            .username(USER)
            .build()

    @Bean
    fun routing(@Qualifier("orders") orders: DataSource): DataSource =
        Routing(mapOf("eu" to orders, "us" to h2().build()))
}

private class OnlyRouting {
    @Bean fun routing(): DataSource = Routing(mapOf("eu" to h2().name("eu").build()))
}

private class Routing(targets: Map<Any, Any>) : AbstractRoutingDataSource() {
    init {
        setTargetDataSources(targets)
    }

    override fun determineCurrentLookupKey(): Any = "eu"
}
