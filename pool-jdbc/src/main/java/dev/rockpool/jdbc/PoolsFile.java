package dev.rockpool.jdbc;

import dev.rockpool.jdbc.internal.files.FileReading;
import dev.rockpool.jdbc.internal.files.FileSettings;
import dev.rockpool.jdbc.internal.files.Overrides;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * references: {@code ${env:NAME}} and {@code ${file:PATH}}. Those of user and password are read anew for each login.
 * The page {@code docs/many-pools.md} has more.
 *
 * <p>Immutable, so thread-safe.
 */
public final class PoolsFile {
    private final Path file;
    private final Overrides overrides;
    private final FileSettings settings;

    private PoolsFile(Path file, Overrides overrides, FileSettings settings) {
        this.file = file;
        this.overrides = overrides;
        this.settings = settings;
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
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        return new PoolsFile(file, overrides, FileReading.read(file, text, overrides));
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

    /** The file as it is now. */
    PoolsFile again() throws IOException {
        return load(file, overrides);
    }

    Path file() {
        return file;
    }

    @Override
    public String toString() {
        return "pools " + names() + " of " + file;
    }
}
