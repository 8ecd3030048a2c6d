package dev.rockpool.jdbc;

import dev.rockpool.jdbc.internal.files.FileReading;
import dev.rockpool.jdbc.internal.files.FileSettings;
import dev.rockpool.jdbc.internal.files.Overrides;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Set;

/**
 * The pools of an application, read from a file: YAML, JSON or properties. YAML and JSON need {@code
 * org.snakeyaml:snakeyaml-engine} on the class path.
 *
 * <pre>{@code
 * default_pool:
 *   max_size: 20
 * pools:
 *   orders:
 *     url: jdbc:postgresql://db/orders
 *     username: orders
 *     password: ${file:/run/secrets/orders}
 * }</pre>
 *
 * <p>The settings have the names of {@link JdbcSettings}, in snake_case, kebab-case or camelCase. A value of the
 * environment comes first, such as {@code ROCKPOOL_ORDERS_MAX_SIZE}. Then come system properties, such as {@code
 * rockpool.pools.orders.max-size}, then the pool's part of the file, then {@code default_pool}. Any text may have
 * references: {@code ${env:NAME}} and {@code ${file:PATH}}. Those of user and password are read again for each login.
 * The page {@code docs/many-pools.md} has more.
 *
 * <p>Immutable, so thread-safe.
 */
public final class PoolsFile {
    private static final Duration EVERY = Duration.ofSeconds(5);

    private final Path file;
    private final Overrides overrides;
    private final FileSettings settings;

    /** As it was read. May have secrets. */
    private final byte[] content;

    private PoolsFile(Path file, Overrides overrides, byte[] content) {
        this.file = file;
        this.overrides = overrides;
        this.content = content;
        this.settings = FileReading.read(file, new String(content, StandardCharsets.UTF_8), overrides);
    }

    /**
     * Reads a file, with the process's environment variables and system properties.
     *
     * @throws InvalidPoolsFileException with all problems of all pools
     * @throws IOException if the file cannot be read
     */
    public static PoolsFile load(Path file) throws IOException {
        return load(file, Overrides.ofProcess());
    }

    /**
     * Reads a file, with these values in place of the process's.
     *
     * @param environment environment variables, for values and references
     * @param properties system properties
     * @throws InvalidPoolsFileException with all problems of all pools
     * @throws IOException if the file cannot be read
     */
    public static PoolsFile load(Path file, Map<String, String> environment, Map<String, String> properties)
            throws IOException {
        return load(file, new Overrides(Map.copyOf(environment), Map.copyOf(properties)));
    }

    private static PoolsFile load(Path file, Overrides overrides) throws IOException {
        return new PoolsFile(file, overrides, Files.readAllBytes(file));
    }

    /**
     * Starts all pools, or none if one of them cannot start. The content of the file is compared every 5 seconds, and
     * changes are applied.
     *
     * @throws dev.rockpool.PoolException if a pool cannot start ({@link JdbcBuilder#startup})
     */
    public RunningPools open() {
        return open(EVERY);
    }

    /**
     * The same with another interval.
     *
     * @param checkInterval how often to compare the content of the file; null for never
     * @throws IllegalArgumentException if the interval is not longer than zero
     */
    public RunningPools open(Duration checkInterval) {
        if (checkInterval != null && (checkInterval.isZero() || checkInterval.isNegative()))
            throw new IllegalArgumentException(
                    "checkInterval is " + checkInterval + " but must be longer than zero; null means never");
        return new RunningPools(this, checkInterval);
    }

    /** The names of the pools, in the order of the file. */
    public Set<String> names() {
        return Collections.unmodifiableSet(settings.pools().keySet());
    }

    /**
     * The settings of a pool, without its share of the budget.
     *
     * @throws IllegalArgumentException if there is no such pool
     */
    public JdbcConfig config(String name) {
        if (!settings.pools().containsKey(name))
            throw new IllegalArgumentException("'" + name + "' is no pool of " + file + "; there are " + names());
        return settings.pools().get(name).config();
    }

    FileSettings settings() {
        return settings;
    }

    byte[] content() {
        return content;
    }

    /** The same file with another content. */
    PoolsFile again(byte[] now) {
        return new PoolsFile(file, overrides, now);
    }

    Path file() {
        return file;
    }

    @Override
    public String toString() {
        return "pools " + names() + " of " + file;
    }
}
