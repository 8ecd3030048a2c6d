package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.consumers.FlakyDatabase;
import dev.rockpool.consumers.ServiceProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The packaged service starts, serves from the pool, and stops. */
class ServiceIT {
    private static final Path JAR = Path.of(System.getProperty("service.jar"));

    @Test
    void servesAndStops() throws Exception {
        try (var service = ServiceProcess.start(JAR, Map.of(), "/ready")) {
            assertEquals("0", service.get("/connection").body());
            service.post("/transaction");
            for (var path : List.of("/connection", "/transaction-count")) {
                for (var answer : service.getConcurrently(path, 50)) {
                    assertEquals("200 1", answer.statusCode() + " " + answer.body(), service::report);
                }
            }
            assertEquals(200, service.get("/q/health/ready").statusCode());
            assertStopsInTime(service);
            assertEquals(List.of(), service.complaints(), service::report);
        }
    }

    @Test
    void survivesAnOutageAndStopsDuringOne() throws Exception {
        try (var database = new FlakyDatabase();
                var service = ServiceProcess.start(JAR, Map.of("DATABASE_URL", database.url()), "/ready")) {
            database.goAway();
            service.awaitError("/connection", "Connection refused");
            service.awaitError("/ready", "Connection refused");
            database.comeBack();
            service.awaitAnswer("/ready", "ready");
            database.goAway();
            assertStopsInTime(service);
        }
    }

    private static void assertStopsInTime(ServiceProcess service) throws InterruptedException {
        Duration stopTime = service.terminate();
        assertTrue(stopTime.compareTo(Duration.ofSeconds(4)) < 0, () -> stopTime + "\n" + service.report());
        assertEquals(143, service.exitCode(), service::report);
    }
}
