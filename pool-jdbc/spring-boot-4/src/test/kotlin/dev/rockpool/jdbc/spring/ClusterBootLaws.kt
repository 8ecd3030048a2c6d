package dev.rockpool.jdbc.spring

import dev.rockpool.InvalidConfigException
import dev.rockpool.jdbc.ClusterDataSource
import dev.rockpool.jdbc.ClusterMember
import dev.rockpool.jdbc.Credentials
import dev.rockpool.jdbc.JdbcCluster
import dev.rockpool.jdbc.until
import dev.rockpool.testing.EmbeddedCluster
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.micrometer.core.instrument.MeterRegistry
import javax.sql.DataSource
import org.springframework.beans.factory.BeanCreationException
import org.springframework.beans.factory.config.BeanPostProcessor
import org.springframework.beans.factory.getBean
import org.springframework.boot.diagnostics.FailureAnalyzer
import org.springframework.boot.health.contributor.HealthIndicator
import org.springframework.boot.health.contributor.Status
import org.springframework.boot.health.registry.HealthContributorRegistry
import org.springframework.context.ConfigurableApplicationContext
import org.springframework.context.annotation.Bean
import org.springframework.core.io.support.SpringFactoriesLoader
import org.springframework.jdbc.core.JdbcTemplate
import org.springframework.jdbc.datasource.DataSourceTransactionManager
import org.springframework.jdbc.datasource.DelegatingDataSource
import org.springframework.transaction.support.TransactionTemplate

/** A cluster from properties alone, with Spring Boot 4, on a real primary and standby. */
class ClusterBootLaws :
    FunSpec({
        val servers by lazy { EmbeddedCluster.create() }
        val prefix = "spring.datasource.rockpool"

        fun properties() =
            arrayOf(
                "spring.datasource.username=${servers.user()}",
                "spring.datasource.password=${servers.password()}",
                "$prefix.name=orders",
                "$prefix.max-size=3",
                "$prefix.cluster.members=${servers.url(0)},${servers.url(1)}",
            )

        fun standby() = "localhost:${servers.port(1)}"

        afterSpec { servers.close() }

        test("properties alone make a cluster, and read-only transactions read from the standby") {
            lateinit var source: ClusterDataSource
            application(*properties()) { context ->
                source = context.getBean<DataSource>() as ClusterDataSource
                context.getBean<JdbcCluster>() shouldBe source.asJdbcCluster()
                context.shows(standby())
                val template = JdbcTemplate(source)
                for (readOnly in listOf(false, true)) {
                    val transaction = TransactionTemplate(DataSourceTransactionManager(source))
                    transaction.isReadOnly = readOnly
                    transaction.execute {
                        template.queryForObject("select pg_is_in_recovery()", Boolean::class.java)
                    } shouldBe readOnly
                }
            }
            shouldThrow<java.sql.SQLException> { source.connection }.message shouldContain "has been closed"
        }

        test("a customizer changes the pool of each server") {
            application(*properties(), beans = listOf(Larger::class.java)) { context ->
                val cluster = context.getBean<JdbcCluster>()
                until { cluster.snapshot().map { it.maxSize } shouldBe listOf(4, 4) }
            }
        }

        test("a customizer may give the login of every server") {
            Vault.login = Credentials(servers.user(), servers.password())
            val withoutLogin = properties().filter { it.startsWith(prefix) }.toTypedArray()
            application(*withoutLogin, beans = listOf(Vault::class.java)) { context ->
                context.shows(standby())
                JdbcTemplate(context.getBean<DataSource>()).queryForObject("select user", String::class.java) shouldBe
                    servers.user()
            }
        }

        test("a decorated cluster keeps health, meters and its JdbcCluster") {
            application(*properties(), beans = listOf(Wrapped::class.java)) { context ->
                context.getBean<DataSource>().javaClass shouldBe DelegatingDataSource::class.java
                context.shows(standby())
            }
        }

        test("what is wrong is said in one message that names the property") {
            val thrown = shouldThrow<BeanCreationException> { application("$prefix.cluster.max-lag=soon") {} }
            val problems =
                generateSequence<Throwable>(thrown) { it.cause }
                    .filterIsInstance<InvalidConfigException>()
                    .single()
                    .problems
            problems shouldBe
                listOf(
                    "$prefix.cluster.max-lag is 'soon' but must be a positive duration such as 500ms, 5s or PT5S",
                    "$prefix.cluster.members is absent or empty but must have the URL of each server",
                )
            val analysis =
                SpringFactoriesLoader.forDefaultResourceLocation()
                    .load(FailureAnalyzer::class.java, SpringFactoriesLoader.FailureHandler { _, _, _ -> })
                    .firstNotNullOf { it.analyze(thrown) }
            problems.forEach { analysis.description shouldContain "- $it" }
        }
    })

private suspend fun ConfigurableApplicationContext.shows(standby: String) {
    val cluster = getBean<JdbcCluster>()
    until {
        check(cluster.primary?.status == ClusterMember.Status.PRIMARY) { cluster }
        check(cluster.members.any { it.status == ClusterMember.Status.STANDBY }) { cluster }
    }
    val registry = getBean<HealthContributorRegistry>()
    for (name in listOf("db", "rockpool")) {
        // On a slow machine the first connect may take longer than the check waits.
        until { (registry.getContributor(name) as HealthIndicator).health()!!.status shouldBe Status.UP }
    }
    val meters = getBean<MeterRegistry>()
    until {
        meters.find("rockpool.pending.callers").gauges().map { it.id.getTag("pool") } shouldContainExactlyInAnyOrder
            listOf("orders", "orders[$standby]")
    }
    meters.get("jdbc.connections.max").gauge().value() shouldBe 6.0
}

private class Larger {
    @Bean fun ofFour() = RockpoolCustomizer { it.maxSize(4) }
}

private class Vault {
    @Bean fun ofVault() = RockpoolCustomizer { it.credentials { login } }

    companion object {
        lateinit var login: Credentials
    }
}

private class Wrapped : BeanPostProcessor {
    override fun postProcessAfterInitialization(bean: Any, beanName: String): Any =
        if (bean is DataSource) DelegatingDataSource(bean) else bean
}
