package dev.rockpool.examples.frameworks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariConfig;
import dev.rockpool.jdbc.JdbcSettings;
import dev.rockpool.jdbc.RockpoolDataSource;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Checks docs/coming-from-hikaricp.md against HikariCP's own classes and ours. */
class HikariPageTest {
    private static final Path PAGE = Path.of("../docs/coming-from-hikaricp.md");
    private static final Pattern ROW =
            Pattern.compile("\\| `(\\w+)` \\| (?:`(.+?)`|none|generated) \\| (?:`(\\w+)`|(.+?)) \\|.*");

    /** Values that enable a property. Other properties are set to a number. */
    private static final Map<String, String> ASKING = Map.of("registerMbeans", "true");

    private record Row(String property, String standard, String setting, String result) {}

    @Test
    void thePageHasExactlyThePropertiesOfHikariCp() throws IOException {
        Set<String> real = Arrays.stream(HikariConfig.class.getMethods())
                .filter(method -> method.getName().startsWith("set") && method.getParameterCount() == 1)
                .map(method -> property(method.getName().substring(3)))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(real, rows().stream().map(Row::property).collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void theDefaultsOnThePageAreThoseOfHikariCp() throws IOException {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:postgresql://localhost/orders");
        config.validate();
        for (Row row : rows()) {
            if (row.property().equals("poolName") || row.property().equals("jdbcUrl")) continue; // given or generated
            Object real = getter(row.property()) == null ? null : invoke(getter(row.property()), config);
            boolean empty = real == null
                    || real instanceof Properties p && p.isEmpty()
                    || row.property().equals("credentials");
            assertEquals(empty ? null : real.toString(), row.standard(), row.property());
        }
    }

    @Test
    void everySettingOnThePageExists() throws IOException {
        Set<String> settings = Arrays.stream(JdbcSettings.class.getMethods())
                .map(method -> method.getName().replaceFirst("-.*", ""))
                .filter(name -> name.startsWith("set"))
                .map(name -> property(name.substring(3)))
                .collect(Collectors.toSet());
        for (Row row : rows()) {
            if (row.setting() != null) assertTrue(settings.contains(row.setting()), row.setting());
        }
    }

    @Test
    void exactlyThePropertiesCalledNotHonouredAreReported() throws IOException {
        for (Row row : rows()) {
            Properties properties = new Properties();
            properties.setProperty(row.property(), ASKING.getOrDefault(row.property(), "8"));
            List<String> problems = RockpoolDataSource.fromHikari(properties).problems();
            boolean reported =
                    problems.stream().anyMatch(problem -> problem.startsWith(row.property() + " cannot be honoured"));
            boolean unknown = problems.stream().anyMatch(problem -> problem.contains("is no property of HikariCP"));
            assertEquals("not honoured".equals(row.result()), reported, row.property() + ": " + problems);
            assertTrue(!unknown, row.property());
        }
    }

    private static List<Row> rows() throws IOException {
        List<Row> rows = Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| `"))
                .map(HikariPageTest::row)
                .toList();
        assertTrue(rows.size() > 30, "the table of " + PAGE + " was not found");
        return rows;
    }

    private static Row row(String line) {
        Matcher cells = ROW.matcher(line);
        assertTrue(cells.matches(), line);
        return new Row(cells.group(1), cells.group(2), cells.group(3), cells.group(4));
    }

    private static String property(String name) {
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }

    private static Method getter(String property) {
        String name = property.substring(0, 1).toUpperCase(Locale.ROOT) + property.substring(1);
        return Arrays.stream(HikariConfig.class.getMethods())
                .filter(method -> method.getName().equals("get" + name)
                        || method.getName().equals("is" + name))
                .findFirst()
                .orElse(null);
    }

    private static Object invoke(Method getter, HikariConfig config) {
        try {
            return getter.invoke(config);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
