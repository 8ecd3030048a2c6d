package dev.rockpool.examples.frameworks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.jdbc.RockpoolDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The README's code for frameworks is what their tests run. */
class FrameworkSnippetsTest {
    private static final Path TESTS = Path.of("src/test");

    @ParameterizedTest
    @CsvSource({
        "resources/frameworks/application.properties, properties",
        "java/dev/rockpool/examples/frameworks/HibernateTest.java, hibernate",
        "java/dev/rockpool/examples/frameworks/FlywayTest.java, flyway",
        "java/dev/rockpool/examples/frameworks/MyBatisTest.java, mybatis",
        "java/dev/rockpool/examples/frameworks/JooqTest.java, jooq",
        "kotlin/dev/rockpool/examples/frameworks/ExposedTest.kt, exposed",
        "java/dev/rockpool/examples/frameworks/FrameworkSnippetsTest.java, hikari"
    })
    void theReadmeHasTheCodeThatIsTested(String file, String region) throws IOException {
        String code = region(Files.readAllLines(TESTS.resolve(file)), region);
        String readme = Files.readString(Path.of("../README.md"));
        assertTrue(readme.contains("\n" + code + "\n```"), "README.md lacks:\n" + code);
    }

    @Test
    void aFileOfHikariCpMakesAPool(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(
                folder.resolve("hikari.properties"),
                "jdbcUrl=jdbc:postgresql://localhost/orders\nmaximumPoolSize=7\nminimumIdle=0\nregisterMbeans=true\n");
        // region hikari
        var dataSource =
                RockpoolDataSource.fromHikari(file).ignoring("registerMbeans").build();
        // endregion
        try (dataSource) {
            assertEquals(7, dataSource.snapshot().getMaxSize());
        }
    }

    private static String region(List<String> lines, String name) {
        int start = lines.stream().map(String::strip).toList().indexOf(comment(lines, "region " + name));
        List<String> code = lines.subList(start + 1, lines.size()).stream()
                .takeWhile(line -> !line.strip().endsWith(" endregion"))
                .toList();
        int indent = code.get(0).length() - code.get(0).stripLeading().length();
        return String.join(
                        "\n",
                        code.stream()
                                .map(line -> line.substring(Math.min(indent, line.length())))
                                .toList())
                .strip();
    }

    private static String comment(List<String> lines, String text) {
        return lines.stream()
                .map(String::strip)
                .filter(line -> line.equals("// " + text) || line.equals("# " + text))
                .findFirst()
                .orElseThrow();
    }
}
