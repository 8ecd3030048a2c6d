package com.example

import dev.rockpool.consumers.FlakyDatabase
import dev.rockpool.consumers.ServiceProcess
import dev.rockpool.dashboard.Dashboard
import java.nio.file.Path
import java.time.Duration
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** The packaged service starts, serves from the pool, and stops. */
internal class ServiceIT {
    private val jar = Path.of(System.getProperty("service.jar"))

    @Test
    fun servesAndStops() {
        ServiceProcess.start(jar, emptyMap(), "/ready").use { service ->
            assertEquals("0", service.get("/connection").body())
            service.post("/transaction")
            service.post("/exposed")
            assertEquals("2", service.get("/connection").body())
            assertEquals("2", service.get("/exposed").body())
            val answers = service.getConcurrently("/connection", 50) + service.getConcurrently("/exposed", 50)
            assertEquals(setOf("200 2"), answers.map { "${it.statusCode()} ${it.body()}" }.toSet())
            assertStopsInTime(service)
            assertEquals(emptyList<String>(), service.complaints(), service::report)
        }
    }

    @Test
    fun showsThePoolOnAPage() {
        ServiceProcess.start(jar, mapOf("DASHBOARD_TOKEN" to Dashboard.newToken()), "/ready").use { service ->
            assertTrue(service.get("/pools/").body().contains("<title>Rockpool</title>"))
            assertEquals(200, service.get("/pools/main.js").statusCode())
            assertEquals(401, service.get("/pools/api/pools").statusCode())
            assertStopsInTime(service)
            assertEquals(emptyList<String>(), service.complaints(), service::report)
        }
    }

    @Test
    fun exposedWaitsAndIsCancelledWithItsCoroutine() {
        ServiceProcess.start(jar, emptyMap(), "/ready").use { service ->
            val answers =
                service.getConcurrently("/exposed/suspends", 100) + service.getConcurrently("/exposed/nested", 100)
            assertEquals(setOf("200 done"), answers.map { "${it.statusCode()} ${it.body()}" }.toSet())
            val (result, millis) = service.get("/exposed/timeout").body().split(" after ")
            assertEquals("null", result)
            assertTrue(millis.toInt() < 2_000) { "cancelled after $millis ms" }
            service.awaitAnswer("/in-use", "0")
            assertEquals("0", service.get("/exposed").body())
            assertStopsInTime(service)
            assertEquals(emptyList<String>(), service.complaints(), service::report)
        }
    }

    @Test
    fun stopsWhileAConnectionIsInUse() {
        ServiceProcess.start(jar, emptyMap(), "/ready").use { service ->
            service.getAsync("/endless")
            service.awaitAnswer("/in-use", "1")
            assertStopsInTime(service)
        }
    }

    @Test
    fun survivesAnOutageAndStopsDuringOne() {
        FlakyDatabase().use { database ->
            ServiceProcess.start(jar, mapOf("DATABASE_URL" to database.url()), "/ready").use { service ->
                database.goAway()
                service.awaitError("/connection", "Connection refused")
                service.awaitError("/exposed", "Connection refused")
                database.comeBack()
                service.awaitAnswer("/ready", "ready")
                assertEquals("0", service.get("/connection").body())
                database.goAway()
                assertStopsInTime(service)
            }
        }
    }

    private fun assertStopsInTime(service: ServiceProcess) {
        val stopTime = service.terminate()
        assertTrue(stopTime < Duration.ofSeconds(2)) { "stopped after $stopTime\n${service.report()}" }
        assertEquals(143, service.exitCode(), service::report)
    }
}
