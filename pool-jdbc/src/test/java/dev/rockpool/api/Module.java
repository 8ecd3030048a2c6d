package dev.rockpool.api;

import dev.rockpool.Pool;
import dev.rockpool.dashboard.Dashboard;
import dev.rockpool.jdbc.JdbcPool;
import dev.rockpool.testing.ScriptedFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The modules that have a public API. */
enum Module {
    POOL("pool", "rockpool", Pool.class),
    DASHBOARD("pool/dashboard", "rockpool-dashboard", Dashboard.class),
    JDBC("pool-jdbc", "rockpool-jdbc", JdbcPool.class),
    TESTING("pool-testing", "rockpool-testing", ScriptedFactory.class);

    /** The directory of the module. */
    final String directory;

    final String artifact;

    /** Any class of the module. */
    final Class<?> one;

    Module(String directory, String artifact, Class<?> one) {
        this.directory = directory;
        this.artifact = artifact;
        this.one = one;
    }

    Path dumpFile() {
        return Path.of("..", directory, "api", artifact + ".api");
    }

    /** The dump that {@link ApiDumpTest} compares the API with. */
    String dump() {
        try {
            return Files.readString(dumpFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<Class<?>> publicClasses() {
        return PublicClasses.beside(one);
    }
}
