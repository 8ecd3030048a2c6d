package dev.rockpool.jdbc.spring

import dev.rockpool.Caller
import dev.rockpool.PoolTracer
import dev.rockpool.jdbc.FakeDatabase
import dev.rockpool.jdbc.RockpoolDataSource
import dev.rockpool.jdbc.until
import dev.rockpool.monitor.Alert
import dev.rockpool.monitor.AlertLevel
import dev.rockpool.monitor.AlertRule
import dev.rockpool.monitor.AlertState
import dev.rockpool.monitor.Figure
import dev.rockpool.monitor.PoolMonitor
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.micrometer.observation.Observation
import io.micrometer.observation.ObservationHandler
import io.micrometer.observation.ObservationRegistry
import java.time.Duration
import java.util.concurrent.CopyOnWriteArrayList
import javax.sql.DataSource
import kotlin.concurrent.thread
import org.springframework.beans.factory.getBean
import org.springframework.context.annotation.Bean
import org.springframework.context.annotation.Scope
import org.springframework.context.annotation.ScopedProxyMode
import org.springframework.context.event.EventListener

/** The monitor and the tracers of an application's pools. */
class MonitorBeansLaws :
    FunSpec({
        fun properties(vararg more: String) =
            arrayOf(
                "spring.datasource.url=${FakeDatabase().url}",
                "spring.datasource.rockpool.max-size=1",
                "spring.datasource.rockpool.name=orders",
                *more,
            )

        test("a monitor starts if its property says so, publishes alerts as events, and ends with the application") {
            lateinit var monitor: PoolMonitor
            val watched =
                properties(
                    "rockpool.monitor.enabled=true",
                    "rockpool.monitor.interval=100ms",
                    "rockpool.monitor.retention=5m",
                )
            application(*watched, beans = listOf(Watched::class.java)) { context ->
                monitor = context.getBean("dataSourceMonitor", PoolMonitor::class.java)
                monitor.alerts.rules.map { it.rule.name } shouldContain "errors"
                val heard = context.getBean<Heard>().events
                context.getBean<RockpoolDataSource>().connection.use { until { heard.size shouldBe 1 } }
                until { heard.size shouldBe 2 }
                heard.map { listOf(it.pool, it.rule.name, it.state) } shouldContainExactly
                    listOf(
                        listOf("orders", "leased", AlertState.FIRING),
                        listOf("orders", "leased", AlertState.RESOLVED),
                    )
                heard.first().toString() shouldContain
                    "pool 'orders': alert 1, WARNING 'leased': leased connections: 100 %, above 50 %"
            }
            monitor.isClosed shouldBe true
            until {
                Thread.getAllStackTraces().keys.none { it.name == "rockpool-monitors" && it.isAlive } shouldBe true
            }
        }

        test("after a refresh, the next pool of a scoped bean has a monitor, which is the bean, and the tracers") {
            val watched = arrayOf("rockpool.monitor.enabled=true", "rockpool.monitor.interval=100ms")
            application(*watched, beans = listOf(Refreshed::class.java)) { context ->
                fun monitor() = context.getBean("sourceMonitor", PoolMonitor::class.java)
                val source = context.getBean<DataSource>()
                source.connection.close()
                val first = monitor()
                context.getBean<Refreshing>().refresh()
                until { first.isClosed shouldBe true }
                val waiting =
                    source.connection.use {
                        thread { Caller.named("next") { source.connection.close() } }
                            .also {
                                val pool = source.unwrap(RockpoolDataSource::class.java)
                                until { pool.snapshot().pending shouldBe 1 }
                            }
                    }
                waiting.join()
                context.getBean<Ends>().ended shouldContain "orders next SERVED"
                until { (monitor() !== first) shouldBe true }
                monitor().isClosed shouldBe false
            }
        }

        test("no monitor starts unless its property says so") {
            application(*properties()) { context ->
                context.getBeanProvider(PoolMonitor::class.java).toList() shouldBe emptyList()
            }
        }

        test("a wrong interval ends the start with the name of the setting") {
            for ((value, expected) in
                mapOf(
                    "10ms" to "interval is PT0.01S but must be at least 100 ms",
                    "soon" to "rockpool.monitor.interval",
                )) {
                val thrown =
                    shouldThrow<Exception> {
                        application(*properties("rockpool.monitor.enabled=true", "rockpool.monitor.interval=$value")) {}
                    }
                generateSequence<Throwable>(thrown) { it.cause }.joinToString { "${it.message}" } shouldContain expected
            }
        }

        test("beans of tracers follow the waits of each pool, and so does an observation") {
            application(*properties(), beans = listOf(Traced::class.java)) { context ->
                val source = context.getBean<RockpoolDataSource>()
                val waiting =
                    source.connection.use {
                        thread { Caller.named("checkout") { source.connection.close() } }
                            .also { until { source.snapshot().pending shouldBe 1 } }
                    }
                waiting.join()
                context.getBean<Ends>().ended shouldContain "orders checkout SERVED"
                val seen = context.getBean<Observed>().stopped
                until { seen.map { it.contextualName } shouldContain "acquire orders" }
            }
        }
    })

private class Heard {
    val events = CopyOnWriteArrayList<Alert>()

    @EventListener fun hear(alert: Alert): Unit = Unit.also { events += alert }
}

private class Watched {
    @Bean fun heard() = Heard()

    @Bean fun rule() = AlertRule("leased", AlertLevel.WARNING, Figure.UTILIZATION, 0.5).clearsAfter(Duration.ZERO)
}

private class Refreshed {
    @Bean fun ends() = Ends()

    @Bean
    @Scope(REFRESHING, proxyMode = ScopedProxyMode.TARGET_CLASS)
    fun source(): DataSource = RockpoolDataSource.builder().name("orders").url(FakeDatabase().url).maxSize(1).build()

    companion object {
        @Bean @JvmStatic fun refreshing() = Refreshing()
    }
}

private class Ends : PoolTracer {
    val ended = CopyOnWriteArrayList<String>()

    override fun waitBegins(start: PoolTracer.WaitStart) =
        PoolTracer.Wait { outcome, _, _ -> ended += "${start.pool} ${start.caller} $outcome" }
}

private class Observed : ObservationHandler<Observation.Context> {
    val stopped = CopyOnWriteArrayList<Observation.Context>()

    override fun onStop(context: Observation.Context): Unit = Unit.also { stopped += context }

    override fun supportsContext(context: Observation.Context) = true
}

private class Traced {
    @Bean fun ends() = Ends()

    @Bean fun observed() = Observed()

    @Bean
    fun registry(observed: Observed): ObservationRegistry =
        ObservationRegistry.create().apply { observationConfig().observationHandler(observed) }
}
