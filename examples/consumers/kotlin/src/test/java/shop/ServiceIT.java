package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.consumers.FlakyDatabase;
import dev.rockpool.consumers.ServiceProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packaged service starts, serves and stops, on exactly the libraries that the build names. */
class ServiceIT {
    private static final Path JAR = Path.of(System.getProperty("service.jar"));

    @ParameterizedTest
    @CsvSource({
        "kotlin-stdlib, kotlin.version",
        "kotlinx-coroutines-core-jvm, coroutines.version",
        "kotlinx-serialization-json-jvm, serialization.version"
    })
    void theServiceRunsOnTheConfiguredVersions(String library, String version) {
        var jar = Path.of(System.getProperty("service.libraries"), library + "-" + System.getProperty(version) + ".jar");
        assertTrue(Files.exists(jar), () -> jar + " is not there");
    }

    @Test
    void servesAndStops() throws Exception {
        try (ServiceProcess service = start(Map.of())) {
            assertEquals("0", service.get("/count").body());
            assertEquals("attempts: 1, committed: 1", service.get("/add").body());
            var counts = service.getConcurrently("/count", 50).stream()
                    .map(answer -> answer.statusCode() + " " + answer.body())
                    .collect(Collectors.toSet());
            assertEquals(Set.of("200 1"), counts);
            assertEquals("waited enough: true, held by me: true", service.get("/timeout").body());
            assertEquals("5", service.get("/resize").body());
            assertEquals("result: null", service.get("/cancelled").body());
            assertEquals("leased: 1", service.get("/watched").body());
            assertEquals("max=5, acquired=true, same=true", service.get("/stats").body());
            assertEquals("PING", service.get("/socket").body());
            assertStopsInTime(service);
            var complaints = service.complaints();
            assertTrue(complaints.get(0).contains("a caller waits although it has a connection"), service::report);
            // The caller timed out a moment later. The pool explains that, unless it was no longer exhausted.
            assertTrue(
                    complaints.stream().skip(1).allMatch(line -> line.contains("'small' is exhausted")),
                    service::report);
        }
    }

    @Test
    void survivesAnOutageAndStopsDuringOne() throws Exception {
        try (FlakyDatabase database = new FlakyDatabase();
                ServiceProcess service = start(Map.of("DATABASE_URL", database.url()))) {
            database.goAway();
            service.awaitError("/count", "Connection");
            database.comeBack();
            service.awaitAnswer("/count", "0");
            database.goAway();
            assertStopsInTime(service);
        }
    }

    private static ServiceProcess start(Map<String, String> environment) throws Exception {
        return ServiceProcess.start(JAR, environment, "/count");
    }

    private static void assertStopsInTime(ServiceProcess service) throws InterruptedException {
        Duration stopTime = service.terminate();
        assertTrue(stopTime.compareTo(Duration.ofSeconds(2)) < 0, () -> "stopped after " + stopTime + service.report());
        assertEquals(143, service.exitCode(), service::report);
    }
}
