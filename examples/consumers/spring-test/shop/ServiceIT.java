package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rockpool.consumers.FlakyDatabase;
import dev.rockpool.consumers.ServiceProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The packaged service starts, serves from the pool and stops. What is wrong with its settings ends it with an explanation. */
class ServiceIT {
    private static final Path JAR = Path.of(System.getProperty("service.jar"));
    private static final boolean SUSPENDS = isThere("kotlinx.coroutines.reactor.MonoKt");

    private static boolean isThere(String className) {
        try {
            Class.forName(className, false, ServiceIT.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static ServiceProcess start(Map<String, String> environment) throws Exception {
        return ServiceProcess.start(JAR, environment, "/orders");
    }

    /** The environment of a service with these properties. */
    private static Map<String, String> with(String... properties) {
        StringBuilder json = new StringBuilder();
        for (int i = 0; i < properties.length; i += 2) {
            json.append(i == 0 ? "{" : ",").append("\"%s\":\"%s\"".formatted(properties[i], properties[i + 1]));
        }
        return Map.of("SPRING_APPLICATION_JSON", json + "}");
    }

    private static void assertStopsInTime(ServiceProcess service) throws InterruptedException {
        Duration stopTime = service.terminate();
        assertTrue(stopTime.compareTo(Duration.ofSeconds(2)) < 0, () -> "stopped after " + stopTime + service.report());
        assertEquals(143, service.exitCode(), service::report);
    }

    @Test
    void servesAndStops() throws Exception {
        try (ServiceProcess service = start(Map.of())) {
            var answers = service.getConcurrently("/orders", 50);
            answers.forEach(answer -> assertEquals("orders: 1", answer.body()));
            if (SUSPENDS) {
                service.getConcurrently("/suspending", 50).forEach(answer -> assertEquals("orders: 1", answer.body()));
            }
            String health = service.get("/actuator/health").body();
            assertTrue(health.contains("\"database\":\"H2\""), health);
            assertTrue(health.contains("\"pool\":\"shop\""), health);
            for (String meter : List.of("rockpool.acquires", "rockpool.connections", "jdbc.connections.max")) {
                assertEquals(200, service.get("/actuator/metrics/" + meter).statusCode(), meter);
            }
            assertStopsInTime(service);
            assertEquals(List.of(), service.complaints(), service::report);
        }
    }

    @Test
    void servesOnVirtualThreads() throws Exception {
        assumeTrue(Runtime.version().feature() >= 21, "virtual threads need Java 21");
        try (ServiceProcess service = start(with("spring.threads.virtual.enabled", "true"))) {
            String thread = service.get("/thread").body();
            assertTrue(thread.startsWith("VirtualThread"), thread);
            service.getConcurrently("/orders", 50).forEach(answer -> assertEquals("orders: 1", answer.body()));
            assertStopsInTime(service);
        }
    }

    @Test
    void healthAnswersAtOnceDuringAnOutage() throws Exception {
        try (FlakyDatabase database = new FlakyDatabase();
                ServiceProcess service = start(Map.of("DATABASE_URL", database.url()))) {
            assertEquals(200, service.get("/actuator/health").statusCode());
            database.goAway();
            long start = System.nanoTime();
            var down = service.get("/actuator/health");
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            assertTrue(took.compareTo(Duration.ofSeconds(2)) < 0, () -> "answered after " + took);
            assertEquals(503, down.statusCode(), down.body());
            assertEquals(200, service.get("/actuator/health/ping").statusCode());
            database.comeBack();
            service.awaitAnswer("/orders", "orders: 1");
            assertEquals(200, service.get("/actuator/health").statusCode());
            database.goAway();
            assertStopsInTime(service);
        }
    }

    @Test
    void wrongSettingsEndTheStartWithAllProblems() {
        assertFails(
                with("spring.datasource.rockpool.max-size", "many", "spring.datasource.rockpool.maximum-pool-size", "3"),
                "The pool 'shop' is misconfigured",
                "spring.datasource.rockpool.max-size is 'many' but must be a whole number",
                "spring.datasource.rockpool.maximum-pool-size is no setting of Rockpool");
    }

    @Test
    void aSettingOutOfItsRangeEndsTheStart() {
        assertFails(with("spring.datasource.rockpool.max-size", "0"), "maxSize is 0 but must be at least 1");
    }

    @Test
    void aDatabaseThatIsAwayEndsAStartThatIsToFailFast() {
        assertFails(
                with(
                        "spring.datasource.url", "jdbc:h2:tcp://localhost:1/mem:shop",
                        "spring.datasource.rockpool.startup", "fail-fast"),
                "The pool 'shop' could not connect",
                "spring.datasource.rockpool.startup");
    }

    private static void assertFails(Map<String, String> environment, String... texts) {
        var thrown = assertThrows(AssertionError.class, () -> start(environment).close());
        assertTrue(thrown.getMessage().contains("exited: 1\n"), thrown.getMessage());
        assertTrue(thrown.getMessage().contains("APPLICATION FAILED TO START"), thrown.getMessage());
        for (String text : texts) assertTrue(thrown.getMessage().contains(text), thrown.getMessage());
    }
}
