package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program does the same whatever it logs with. */
class PlainJavaIT {
    /** {@code none} for no binding, {@code logback}, or {@code absent} without slf4j-api. */
    private static final String LOGGING = System.getProperty("logging");

    @TempDir
    Path directory;

    @Test
    void theLibrariesAreThoseOfRockpoolAndTheDriver() throws IOException {
        try (Stream<Path> files = Files.list(Program.LIBRARIES)) {
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
    void theProgramWorksAndEnds(String ending) throws Exception {
        var output = Program.run(directory, ending, List.of());
        switch (LOGGING) {
            case "none" -> assertTrue(
                    output.stream().anyMatch(line -> line.contains("No SLF4J providers were found")),
                    () -> Program.text(output));
            case "logback" -> {
                assertTrue(output.stream().anyMatch(PlainJavaIT::isLogged), () -> Program.text(output));
                assertFalse(Program.text(output).contains("kotlin-logging"), () -> Program.text(output));
            }
            case "absent" -> assertEquals(Program.work(ending), output);
            default -> throw new AssertionError("-Dlogging=" + LOGGING);
        }
    }

    private static boolean isLogged(String line) {
        return line.matches(".* WARN +dev\\.rockpool\\.Pool .*");
    }
}
