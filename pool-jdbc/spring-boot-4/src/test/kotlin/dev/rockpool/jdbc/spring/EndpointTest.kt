package dev.rockpool.jdbc.spring

import dev.rockpool.ConnectionFactory
import dev.rockpool.Pool
import dev.rockpool.blocking.BlockingPool
import dev.rockpool.internal.base.ActiveFactory
import dev.rockpool.jdbc.RockpoolDataSource
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import javax.sql.DataSource
import org.springframework.beans.factory.getBean
import org.springframework.boot.actuate.endpoint.InvocationContext
import org.springframework.boot.actuate.endpoint.SecurityContext
import org.springframework.boot.actuate.endpoint.jmx.JmxEndpointsSupplier
import org.springframework.boot.actuate.endpoint.jmx.JmxOperation
import org.springframework.context.ConfigurableApplicationContext

/** A factory whose leased connections all seem to run one statement. */
private class Speaking : ConnectionFactory<Any>, ActiveFactory<Any> {
    override suspend fun open() = Any()

    override suspend fun close(connection: Any) = Unit

    override fun callUnderWay(connection: Any): Long = 1

    override fun activity(connection: Any) = ActiveFactory.Activity("select 's3cret'", null)
}

/** The actuator endpoint `rockpool`, as the actuator exposes it. */
class EndpointTest :
    FunSpec({
        val database =
            arrayOf(
                "spring.datasource.url=jdbc:h2:mem:endpoint;DB_CLOSE_DELAY=-1",
                "spring.datasource.username=sa",
                "spring.datasource.password=pa55word",
                "spring.datasource.rockpool.name=orders",
                "spring.jmx.enabled=true",
                "management.endpoints.jmx.exposure.include=rockpool",
            )

        fun ConfigurableApplicationContext.exposed(): List<JmxOperation> =
            getBean<JmxEndpointsSupplier>()
                .endpoints
                .filter { "${it.endpointId}" == "rockpool" }
                .flatMap { it.operations }

        fun ConfigurableApplicationContext.call(operation: String, vararg arguments: Pair<String, String>): Any? =
            exposed().single { it.name == operation }.invoke(InvocationContext(SecurityContext.NONE, mapOf(*arguments)))

        fun pool(context: ConfigurableApplicationContext) = context.getBean<DataSource>() as RockpoolDataSource

        test("it shows numbers, the diagnosis and connections, and can change nothing by default") {
            application(*database) { context ->
                context.exposed().map { it.name }.toSet() shouldBe setOf("pools", "pool")
                pool(context).connection.use {
                    val shown = "${context.call("pools")}${context.call("pool", "name" to "dataSource")}"
                    shown shouldContain "pool=orders"
                    shown shouldContain "leased=1"
                    shown shouldContain "no caller waits: 1 of 10 connections are leased"
                    shown shouldContain "EndpointTest"
                    shown shouldNotContain "pa55word"
                }
                context.call("pool", "name" to "other").shouldBeNull()
            }
        }

        test("it shows no statement, not even one that runs") {
            BlockingPool.of(Pool("spoken", Speaking())).use { pool ->
                val lease = pool.acquire()
                pool.control().diagnose().leases.single().statement!! shouldContain "s3cret"
                val shown = RockpoolEndpoint { mapOf("spoken" to pool.control()) }.pool("spoken").toString()
                shown shouldContain "leased=1"
                shown shouldNotContain "s3cret"
                lease.close()
            }
        }

        test("with unrestricted access it changes pools") {
            application(*database, "management.endpoint.rockpool.access=unrestricted") { context ->
                context.call("operate", "name" to "dataSource", "operation" to "pause").toString() shouldBe
                    "{done=paused}"
                pool(context).control().isPaused shouldBe true
                context.call("operate", "name" to "dataSource", "operation" to "resume")
                pool(context).control().isPaused shouldBe false
                pool(context).connection.use {
                    context.call("operate", "name" to "dataSource", "operation" to "evict-all")
                    pool(context).control().connections().single { it.leases > 0 }.isRetired shouldBe true
                }
                val wrong =
                    runCatching { context.call("operate", "name" to "dataSource", "operation" to "drop") }
                        .exceptionOrNull()
                generateSequence(wrong) { it.cause }.joinToString() shouldContain
                    "operation is 'drop' but must be one of [check, clear, evict-all"
            }
        }

        test("it is absent unless it is exposed") {
            application(*database, "management.endpoints.jmx.exposure.include=health") { context ->
                context.exposed().size shouldBe 0
                context.getBeanNamesForType(RockpoolEndpoint::class.java).size shouldBe 0
            }
        }
    })
