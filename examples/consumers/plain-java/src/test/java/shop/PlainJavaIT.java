package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The program does the same whatever it logs with, and its process ends by itself. */
class PlainJavaIT {
    /** {@code none}, {@code logback}, {@code failing}, or {@code absent} without slf4j-api. */
    private static final String LOGGING = System.getProperty("logging");

    private static final Path LIBRARIES = Path.of("target/libraries");
    private static final List<String> BEFORE_CLOSING = List.of(
            "answer: 42",
            "full pool: SQLTransientConnectionException",
            "after the full pool: 42",
            "lost connection: still valid: false",
            "during the outage: SQLTransientConnectionException",
            "after the outage: 42");
    private static final List<String> CLOSED = List.of(
            "closed with nothing in use: in time: true, slots: 0, closing: 0",
            "closed with a connection in use: in time: true, slots: 0, closing: 0",
            "aborted connection: closed: true",
            "end of main");
    private static final List<String> LEFT_OPEN = List.of("left open", "end of main");

    @TempDir
    Path directory;

    @Test
    void theLibrariesAreThoseOfRockpoolAndTheDriver() throws IOException {
        try (Stream<Path> files = Files.list(LIBRARIES)) {
            var names = files.map(file -> file.getFileName().toString().replaceAll("-\\d.*", ""))
                    .filter(name -> !name.matches("logback-.*|kotlin-stdlib.*|kotlinx-.*|annotations"))
                    .sorted()
                    .toList();
            var expected = new ArrayList<>(List.of("h2", "kotlin-logging-jvm", "rockpool", "rockpool-jdbc"));
            if (!LOGGING.equals("absent")) expected.add("slf4j-api");
            assertEquals(expected, names);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"close", "leave-open"})
    void theProgramDoesItsWorkAndEnds(String ending) throws Exception {
        assumeTrue(!LOGGING.equals("failing"));
        var output = run(List.of(), ending);
        switch (LOGGING) {
            case "none" -> assertTrue(
                    output.stream().anyMatch(line -> line.contains("No SLF4J providers were found")), () -> text(output));
            case "logback" -> {
                assertTrue(output.stream().anyMatch(PlainJavaIT::isLogged), () -> text(output));
                assertFalse(text(output).contains("kotlin-logging"), () -> text(output));
            }
            default -> assertEquals(work(ending), output, () -> text(output));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "initialize, java.lang.IllegalStateException",
        "initialize, java.lang.NoClassDefFoundError",
        "getLogger, java.lang.IllegalStateException",
        "getLogger, java.lang.ExceptionInInitializerError",
        "isEnabled, java.lang.IllegalStateException",
        "isEnabled, java.lang.StackOverflowError",
        "log, java.lang.IllegalStateException",
        "log, java.lang.OutOfMemoryError",
        "log, java.lang.InterruptedException"
    })
    void nothingThatALoggerThrowsIsNoticed(String call, String error) throws Exception {
        assumeTrue(LOGGING.equals("failing"));
        for (String ending : List.of("close", "leave-open")) {
            var output = run(List.of("-Dfailing.call=" + call, "-Dfailing.error=" + error), ending);
            assertTrue(output.contains("logger fails in " + call), () -> text(output));
        }
    }

    private static List<String> work(String ending) {
        return Stream.concat(BEFORE_CLOSING.stream(), (ending.equals("close") ? CLOSED : LEFT_OPEN).stream())
                .toList();
    }

    private static boolean isLogged(String line) {
        return line.matches(".* WARN +dev\\.rockpool\\.Pool .*");
    }

    /** Runs the program to its end, and checks what it did; what it wrote to both of its streams. */
    private List<String> run(List<String> flags, String ending) throws Exception {
        var output = directory.resolve("output").toFile();
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:TieredStopAtLevel=1");
        command.addAll(flags);
        command.addAll(List.of("-cp", LIBRARIES + "/*" + File.pathSeparator + "target/plain-java-1.jar", "shop.Shop"));
        command.add(ending);
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start();
        boolean ended;
        try {
            ended = process.waitFor(30, TimeUnit.SECONDS);
        } finally {
            process.destroyForcibly().waitFor();
        }
        var lines = Files.readAllLines(output.toPath());
        assertTrue(ended, () -> "the program did not end\n" + text(lines));
        assertEquals(0, process.exitValue(), () -> text(lines));
        var steps = lines.stream().filter(work(ending)::contains).toList();
        assertEquals(work(ending), steps, () -> text(lines));
        return lines;
    }

    private static String text(List<String> lines) {
        return String.join("\n", lines);
    }
}
