package dev.rockpool.jdbc;

import dev.rockpool.InvalidConfigException;
import dev.rockpool.jdbc.internal.config.Builders;
import dev.rockpool.jdbc.internal.config.hikari.HikariReading;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The settings of a pool under HikariCP 7.1's names, which become a {@link RockpoolDataSource}. HikariCP itself is not
 * needed.
 *
 * <pre>{@code
 * var dataSource = RockpoolDataSource.fromHikari(Path.of("hikari.properties")).ignoring("registerMbeans").build();
 * }</pre>
 *
 * <p>Values are read as HikariCP reads them: times in milliseconds or with a unit ({@code 30s}), 0 for never. Missing
 * properties have Rockpool's default. Nothing is ignored silently: a property that HikariCP does not know, one with an
 * unreadable value, and one that Rockpool does not support are problems, which {@link #build()} reports together.
 * {@link #ignoring} excludes properties from that. The page {@code docs/coming-from-hikaricp.md} lists what becomes of
 * every property.
 *
 * <p>Immutable, so thread-safe.
 */
public final class HikariProperties {
    private final SortedMap<String, String> values;

    private HikariProperties(SortedMap<String, String> values) {
        this.values = values;
    }

    static HikariProperties of(Properties properties) {
        SortedMap<String, String> values = new TreeMap<>();
        properties.forEach((name, value) -> values.put(name.toString(), value.toString()));
        // Includes the defaults of the properties.
        properties.stringPropertyNames().forEach(name -> values.put(name, properties.getProperty(name)));
        return new HikariProperties(values);
    }

    static HikariProperties read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IllegalArgumentException e) {
            throw new IOException("'" + file + "' is no file of properties: " + e.getMessage(), e);
        }
        return of(properties);
    }

    /** The same without these properties. Names of missing properties are allowed. */
    public HikariProperties ignoring(String... names) {
        SortedMap<String, String> left = new TreeMap<>(values);
        for (String name : names) if (name != null) left.remove(name);
        return new HikariProperties(left);
    }

    /**
     * The problems that {@link #build()} would report, one sentence each, without any password. Empty if there are
     * none.
     */
    public List<String> problems() {
        return problems(read());
    }

    /**
     * A builder with the settings that result, for further changes: settings that HikariCP does not have, or other
     * values.
     *
     * @throws InvalidConfigException with every property that is unknown, unreadable or not supported
     */
    public JdbcBuilder<RockpoolDataSource> builder() {
        HikariReading<RockpoolDataSource> reading = read();
        if (!reading.problems().isEmpty()) throw invalid(reading, reading.problems());
        return reading.builder();
    }

    /**
     * Creates the pool, which starts to connect in the background.
     *
     * @throws InvalidConfigException with every property that is unknown, unreadable or not supported, and all other
     *     problems of the settings
     */
    public RockpoolDataSource build() {
        HikariReading<RockpoolDataSource> reading = read();
        List<String> problems = problems(reading);
        if (!problems.isEmpty()) throw invalid(reading, problems);
        return reading.builder().build();
    }

    private HikariReading<RockpoolDataSource> read() {
        return HikariReading.of(values, RockpoolDataSource.builder());
    }

    private static List<String> problems(HikariReading<?> reading) {
        List<String> all = new ArrayList<>(reading.problems());
        // A missing source of connections is not a second problem if the property that names it was unusable.
        reading.builder().problems().stream()
                .filter(problem -> !(reading.isSourceUnusable() && problem.startsWith("url is null")))
                .forEach(all::add);
        return List.copyOf(all);
    }

    private static InvalidConfigException invalid(HikariReading<?> reading, List<String> problems) {
        return new InvalidConfigException(Builders.nameOf(reading.builder()), problems);
    }

    /** The names, without values: one of them may be a password. */
    @Override
    public String toString() {
        return "HikariProperties" + values.keySet();
    }
}
