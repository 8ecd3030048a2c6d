package dev.rockpool.examples.bench.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mchange.v2.c3p0.ComboPooledDataSource;
import dev.rockpool.jdbc.JdbcSettings;
import dev.rockpool.jdbc.RockpoolDataSource;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.configuration.supplier.AgroalPropertiesReader;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.dbcp2.BasicDataSource;
import org.apache.tomcat.jdbc.pool.DataSource;
import org.apache.tomcat.jdbc.pool.PoolProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages for users of other pools list exactly the settings of these pools, with their defaults. Their code compiles and agrees. */
class ComingFromTest {
    private static final String URL = "jdbc:postgresql://localhost:1/orders";
    private static final String USER = "orders";
    private static final String PASSWORD = "secret";
    private static final Pattern ROW =
            Pattern.compile("\\| (`.+?`) \\| (?:`(.+?)`|none) \\| (?:`(\\w+)`|.+?) \\|.*\\|");
    private static final Pattern NAME = Pattern.compile("`(\\w+)`");

    /** Their defaults are given by the user, generated, objects, or have no getter. */
    private static final Set<String> VARYING = Set.of(
            "url",
            "jdbcUrl",
            "name",
            "dataSourceName",
            "connectionPoolDataSource",
            "maxSize",
            "logWriter",
            "registerConnectionMBean");

    private record Row(List<String> names, String standard, String setting) {}

    @Test
    void dbcp() throws SQLException, IOException {
        // region dbcp before
        var before = new BasicDataSource();
        before.setUrl(URL);
        before.setUsername(USER);
        before.setPassword(PASSWORD);
        before.setMaxTotal(20);
        before.setMinIdle(5);
        before.setMaxWait(Duration.ofSeconds(10));
        before.setMaxConn(Duration.ofMinutes(20));
        before.setDurationBetweenEvictionRuns(Duration.ofSeconds(30));
        before.setRemoveAbandonedOnBorrow(true);
        // endregion
        // region dbcp after
        var after = RockpoolDataSource.builder()
                .url(URL)
                .username(USER)
                .password(PASSWORD)
                .maxSize(20)
                .minIdle(5)
                .acquireTimeout(Duration.ofSeconds(10))
                .maxLifetime(Duration.ofMinutes(20))
                .leakThreshold(Duration.ofMinutes(5))
                .build();
        // endregion
        try (after) {
            assertEquals(before.getMaxTotal(), after.snapshot().getMaxSize());
        }
        before.close();
        assertBeanPage("dbcp", new BasicDataSource());
    }

    @Test
    void tomcat() throws IOException {
        // region tomcat before
        var settings = new PoolProperties();
        settings.setUrl(URL);
        settings.setUsername(USER);
        settings.setPassword(PASSWORD);
        settings.setMaxActive(20);
        settings.setMinIdle(5);
        settings.setMaxWait(10_000);
        settings.setTestOnBorrow(true);
        settings.setRollbackOnReturn(true);
        settings.setJdbcInterceptors("ConnectionState;StatementFinalizer");
        var before = new DataSource(settings);
        // endregion
        // region tomcat after
        var after = RockpoolDataSource.builder()
                .url(URL)
                .username(USER)
                .password(PASSWORD)
                .maxSize(20)
                .minIdle(5)
                .acquireTimeout(Duration.ofSeconds(10))
                .build();
        // endregion
        try (after) {
            assertEquals(before.getMaxActive(), after.snapshot().getMaxSize());
        }
        before.close();
        assertBeanPage("tomcat", new PoolProperties());
    }

    @Test
    void c3p0() throws IOException {
        // region c3p0 before
        var before = new ComboPooledDataSource();
        before.setJdbcUrl(URL);
        before.setUser(USER);
        before.setPassword(PASSWORD);
        before.setMaxPoolSize(20);
        before.setMinPoolSize(5);
        before.setCheckoutTimeout(10_000);
        before.setIdleConnectionTestPeriod(120);
        before.setMaxConnectionAge(1_200);
        // endregion
        // region c3p0 after
        var after = RockpoolDataSource.builder()
                .url(URL)
                .username(USER)
                .password(PASSWORD)
                .maxSize(20)
                .minIdle(5)
                .acquireTimeout(Duration.ofSeconds(10))
                .maxLifetime(Duration.ofMinutes(20))
                .build();
        // endregion
        try (after) {
            assertEquals(before.getMaxPoolSize(), after.snapshot().getMaxSize());
        }
        before.close();
        assertBeanPage("c3p0", new ComboPooledDataSource());
    }

    @Test
    void agroal() throws SQLException, IOException {
        // region agroal before
        var settings = new AgroalDataSourceConfigurationSupplier().connectionPoolConfiguration(pool -> pool.maxSize(20)
                .minSize(5)
                .acquisitionTimeout(Duration.ofSeconds(10))
                .maxLifetime(Duration.ofMinutes(20))
                .connectionFactoryConfiguration(connection -> connection
                        .jdbcUrl(URL)
                        .principal(new NamePrincipal(USER))
                        .credential(new SimplePassword(PASSWORD))));
        var before = AgroalDataSource.from(settings);
        // endregion
        // region agroal after
        var after = RockpoolDataSource.builder()
                .url(URL)
                .username(USER)
                .password(PASSWORD)
                .maxSize(20)
                .minIdle(5)
                .acquireTimeout(Duration.ofSeconds(10))
                .maxLifetime(Duration.ofMinutes(20))
                .build();
        // endregion
        try (after) {
            int most = before.getConfiguration().connectionPoolConfiguration().maxSize();
            assertEquals(most, after.snapshot().getMaxSize());
        }
        before.close();
        assertEquals(agroalNames(), names(rows("agroal")));
    }

    /** The defaults of Agroal are methods of three interfaces, and few have another name than the property. */
    @Test
    void theDefaultsOfAgroal() throws IOException {
        var data = new AgroalDataSourceConfigurationSupplier()
                .connectionPoolConfiguration(pool -> pool.maxSize(1))
                .get();
        var pool = data.connectionPoolConfiguration();
        Map<String, String> renamed = Map.of(
                "idleValidation",
                "idleValidationTimeout",
                "implementation",
                "dataSourceImplementation",
                "initialSQL",
                "initialSql");
        for (Row row : rows("agroal")) {
            String name = row.names().get(0);
            if (VARYING.contains(name)) continue;
            Object real = Stream.of(data, pool, pool.connectionFactoryConfiguration())
                    .flatMap(part -> value(part, renamed.getOrDefault(name, name)))
                    .findFirst()
                    .orElse(null);
            boolean isObject = real != null && real.toString().contains("@");
            assertEquals(real == null || isEmpty(real) || isObject ? null : real.toString(), row.standard(), name);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dbcp", "tomcat", "c3p0", "agroal"})
    void everySettingOnThePagesExists(String pool) throws IOException {
        Set<String> settings = Arrays.stream(JdbcSettings.class.getMethods())
                .map(method -> method.getName().replaceFirst("-.*", ""))
                .filter(name -> name.startsWith("set"))
                .map(name -> property(name.substring(3)))
                .collect(Collectors.toSet());
        for (Row row : rows(pool)) assertTrue(row.setting() == null || settings.contains(row.setting()), row.setting());
    }

    private static void assertBeanPage(String pool, Object bean) throws IOException {
        List<Row> rows = rows(pool);
        Set<String> real = Arrays.stream(bean.getClass().getMethods())
                .filter(method -> method.getName().matches("set[A-Z].*") && method.getParameterCount() == 1)
                .map(method -> property(method.getName().substring(3)))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(real, names(rows));
        for (Row row : rows) {
            if (VARYING.contains(row.names().get(0))) continue;
            List<String> values = row.names().stream()
                    .flatMap(name -> Stream.of("get", "is")
                            .flatMap(prefix -> value(
                                    bean, prefix + name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1))))
                    .filter(value -> !isEmpty(value))
                    .map(String::valueOf)
                    .toList();
            assertTrue(
                    row.standard() == null ? values.isEmpty() : values.contains(row.standard()),
                    row.names() + " is " + values + " and not " + row.standard());
        }
    }

    private static boolean isEmpty(Object value) {
        return value instanceof Collection<?> all && all.isEmpty()
                || value instanceof Properties properties && properties.isEmpty()
                || value instanceof Map<?, ?> map && map.isEmpty()
                || value.toString().isEmpty();
    }

    /** What a getter returns; nothing if there is none, or if it returns null or fails. */
    private static Stream<Object> value(Object bean, String getter) {
        try {
            Method method = bean.getClass().getMethod(getter);
            method.setAccessible(true);
            return Stream.ofNullable(method.invoke(bean));
        } catch (NoSuchMethodException | InvocationTargetException e) {
            return Stream.empty();
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static Set<String> agroalNames() {
        return Arrays.stream(AgroalPropertiesReader.class.getFields())
                .map(ComingFromTest::text)
                .map(name -> name.replaceFirst("_(ms|s|m)$", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String text(Field field) {
        try {
            return (String) field.get(null);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static Set<String> names(List<Row> rows) {
        return rows.stream().flatMap(row -> row.names().stream()).collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<Row> rows(String pool) throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("../../docs/coming-from-" + pool + ".md"))) {
            var cells = ROW.matcher(line);
            if (!cells.matches()) continue;
            List<String> names = NAME.matcher(cells.group(1))
                    .results()
                    .map(match -> match.group(1))
                    .toList();
            rows.add(new Row(names, cells.group(2), cells.group(3)));
        }
        assertTrue(rows.size() > 30, "the table of " + pool + " was not found");
        return rows;
    }

    private static String property(String name) {
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }
}
