package dev.rockpool.examples.drill;

import dev.rockpool.examples.ProgramFailure;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.Properties;
import java.util.stream.Stream;

/** The server under load: an existing one, or an embedded one that lives as long as this object. */
final class Database implements AutoCloseable {
    /** Additional sessions: the drill's own, and those reserved for superusers. */
    private static final int SPARE_SESSIONS = 20;

    private static final String WORKING_FOLDER = "ot.epg.working-dir";
    private static final Duration STARTUP = Duration.ofSeconds(60);

    private final String url;
    private final String user;
    private final String password;
    private final EmbeddedPostgres server;
    private final Path folder;

    private Database(String url, String user, String password, EmbeddedPostgres server, Path folder) {
        this.url = url;
        this.user = user;
        this.password = password;
        this.server = server;
        this.folder = folder;
    }

    static Database open(Settings settings) {
        if (settings.url() == null) return embedded(settings.poolSize());
        return new Database(settings.url(), settings.user(), settings.password(), null, null);
    }

    /** The address for a pool whose sessions have this application name. */
    PoolAddress address(String applicationName) {
        String named = url + (url.contains("?") ? "&" : "?") + "ApplicationName=" + applicationName;
        return new PoolAddress(named, user, password);
    }

    /** Opens a connection outside the pool. */
    Connection connect(String applicationName) throws SQLException {
        PoolAddress address = address(applicationName);
        Properties login = new Properties();
        if (user != null) login.setProperty("user", user);
        if (password != null) login.setProperty("password", password);
        return DriverManager.getConnection(address.url(), login);
    }

    /** Product, version and host, without the URL's parameters, which may hold a password. */
    String describe(Connection connection) throws SQLException {
        DatabaseMetaData about = connection.getMetaData();
        String place = isEmbedded() ? "embedded" : url.replaceFirst("\\?.*", "");
        return "%s %s, %s".formatted(about.getDatabaseProductName(), about.getDatabaseProductVersion(), place);
    }

    boolean isEmbedded() {
        return server != null;
    }

    /** Stops an embedded server and deletes its files. */
    @Override
    public void close() {
        if (server == null) return;
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            delete(folder);
        }
    }

    private static Database embedded(int poolSize) {
        Path folder = null;
        try {
            folder = Files.createTempDirectory("rockpool-drill");
            EmbeddedPostgres server = start(folder, poolSize);
            return new Database(server.getJdbcUrl("postgres", "postgres"), "postgres", null, server, folder);
        } catch (IOException | RuntimeException e) {
            if (folder != null) delete(folder);
            throw new ProgramFailure("the embedded PostgreSQL did not start: " + e.getMessage(), e);
        }
    }

    /** Uses its own folder, also for the unpacked server, so that nothing stays behind. There is no setter for that. */
    private static EmbeddedPostgres start(Path folder, int poolSize) throws IOException {
        String before = System.setProperty(WORKING_FOLDER, folder.toString());
        try {
            return EmbeddedPostgres.builder()
                    .setDataDirectory(folder.resolve("data"))
                    .setPGStartupWait(STARTUP)
                    .setServerConfig("max_connections", String.valueOf(poolSize + SPARE_SESSIONS))
                    .start();
        } finally {
            if (before == null) System.clearProperty(WORKING_FOLDER);
            else System.setProperty(WORKING_FOLDER, before);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
