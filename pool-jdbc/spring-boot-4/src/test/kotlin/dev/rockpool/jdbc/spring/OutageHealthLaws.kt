package dev.rockpool.jdbc.spring

import dev.rockpool.jdbc.FakeDatabase
import dev.rockpool.jdbc.RockpoolDataSource
import dev.rockpool.jdbc.until
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.sql.SQLException
import java.util.concurrent.CountDownLatch
import javax.sql.DataSource
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTimedValue
import kotlinx.coroutines.runBlocking
import org.springframework.beans.factory.getBean
import org.springframework.boot.health.contributor.Health
import org.springframework.boot.health.contributor.HealthIndicator
import org.springframework.boot.health.contributor.Status
import org.springframework.boot.health.registry.HealthContributorRegistry
import org.springframework.context.ApplicationContext

/** A Kubernetes probe times out after a second, but callers of the pool below wait for thirty. */
class OutageHealthLaws :
    FunSpec({
        fun ApplicationContext.health(name: String): Health {
            val indicator = getBean<HealthContributorRegistry>().getContributor(name) as HealthIndicator
            val (health, took) = measureTimedValue { indicator.health()!! }
            took shouldBeLessThan 5.seconds
            return health
        }

        fun settings(database: FakeDatabase) =
            arrayOf("spring.datasource.url=${database.url}", "spring.datasource.rockpool.max-size=1")

        test("while connects fail, both are down at once, with the cause") {
            val database = FakeDatabase()
            database.on("driver.connect") { throw SQLException("the server is away", "08001") }
            application(*settings(database)) { context ->
                runBlocking { until { context.health("rockpool").status shouldBe Status.DOWN } }
                val db = context.health("db")
                db.status shouldBe Status.DOWN
                db.details["error"].toString() shouldContain "the server is away"
                context.getBean<RockpoolDataSource>().snapshot().pending shouldBe 0
            }
        }

        test("while the first connect hangs, the database is down") {
            val database = FakeDatabase()
            val released = CountDownLatch(1)
            database.on("driver.connect") { released.await().let { FakeDatabase.RECORD_ONLY } }
            application(*settings(database)) { context ->
                context.health("db").status shouldBe Status.DOWN
                released.countDown()
                runBlocking { until { context.health("db").status shouldBe Status.UP } }
            }
        }

        test("a pool whose connections are all in use is busy, not down") {
            application(*settings(FakeDatabase())) { context ->
                context.getBean<DataSource>().connection.use {
                    val db = context.health("db")
                    db.status shouldBe Status.UP
                    db.details["validationQuery"] shouldBe "none: all connections are in use (500 ms)"
                }
                context.health("db").details["validationQuery"] shouldBe "isValid()"
            }
        }

        test("a connection that is not valid, and a closed pool, are down") {
            val database = FakeDatabase()
            application(*settings(database)) { context ->
                database.on("connection.isValid") { false }
                context.health("db").status shouldBe Status.DOWN
                context.getBean<RockpoolDataSource>().close()
                val db = context.health("db")
                db.status shouldBe Status.DOWN
                db.details["error"].toString() shouldContain "has been closed"
            }
        }
    })
