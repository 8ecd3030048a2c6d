package dev.rockpool.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/**
 * One PostgreSQL server of a fixture. Its folder has its data and its log. It keeps its port. The superuser needs no
 * password.
 */
final class PostgresServer {
    static final String SUPERUSER = "postgres";

    /** The database that every server has. */
    static final String DATABASE = "postgres";

    static final Duration STARTUP = Duration.ofSeconds(60);

    private final Path data;
    private final int port;
    private final PostgresControl control;

    private PostgresServer(Path data, int port, PostgresControl control) {
        this.data = data;
        this.port = port;
        this.control = control;
    }

    /**
     * Creates and starts a server in this folder, which must be empty.
     *
     * @param settings those of the first start; {@link #configure} writes them for later ones
     */
    static PostgresServer start(Path folder, ServerSettings settings) throws IOException {
        Path data = Files.createDirectories(folder).resolve("data");
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPGStartupWait(STARTUP);
        settings.applyTo(builder);
        int port = builder.start().getPort();
        return new PostgresServer(data, port, new PostgresControl(data, logIn(folder)));
    }

    /** Another server, in another folder and on a free port. It has no data yet, see {@link #copyFrom}. */
    PostgresServer another(Path folder) throws IOException {
        Path data = folder.resolve("data");
        try (ServerSocket free = new ServerSocket(0)) {
            return new PostgresServer(data, free.getLocalPort(), control.of(data, logIn(folder)));
        }
    }

    private static Path logIn(Path folder) {
        return folder.resolve("log");
    }

    int port() {
        return port;
    }

    PostgresControl control() {
        return control;
    }

    /** Starts the server again, and waits until it accepts connections. */
    void start() {
        control.start(STARTUP);
    }

    /**
     * Writes the server's own files, for its next start.
     *
     * @param access the lines of {@code pg_hba.conf}
     */
    void configure(List<String> access, List<String> settings) throws IOException {
        Files.write(data.resolve("pg_hba.conf"), access);
        Files.write(data.resolve("postgresql.conf"), settings, StandardOpenOption.APPEND);
    }

    String url(String database) {
        return "jdbc:postgresql://localhost:" + port + "/" + database;
    }

    /** Connects as superuser. */
    Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(url(database), SUPERUSER, null);
    }

    /** Runs a statement as superuser. Returns the first value of its result; null if there is none. */
    String ask(String database, String sql) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) return null;
            try (ResultSet rows = statement.getResultSet()) {
                return rows.next() ? rows.getString(1) : null;
            }
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "the server on port " + port + " failed to run '" + sql + "': " + e.getMessage(), e);
        }
    }

    /**
     * Replaces the data of this server, which must not run, with a base backup of a running primary. It will start as
     * its standby, and fetch the log of changes from it.
     */
    void copyFrom(PostgresServer primary, ServerSettings settings) throws IOException {
        FileTree.delete(data.getParent());
        Files.createDirectories(data.getParent());
        try (Connection session = primary.connect(DATABASE);
                Statement statement = session.createStatement()) {
            statement.execute("select pg_backup_start('copy', true)");
            FileTree.copy(primary.data, data);
            try (ResultSet stopped = statement.executeQuery("select labelfile from pg_backup_stop(false)")) {
                stopped.next();
                Files.writeString(data.resolve("backup_label"), stopped.getString(1));
            }
        } catch (SQLException e) {
            throw new IOException(e);
        }
        Files.write(data.resolve("postgresql.conf"), settings.lines("port = " + port), StandardOpenOption.APPEND);
        Files.writeString(
                data.resolve("postgresql.auto.conf"), "primary_conninfo = '" + primary.replicationSource() + "'\n");
        Files.createFile(data.resolve("standby.signal"));
    }

    /** Lets this standby follow another primary. */
    void follow(PostgresServer primary) {
        ask(DATABASE, "alter system set primary_conninfo = '" + primary.replicationSource() + "'");
        ask(DATABASE, "select pg_reload_conf()");
    }

    /** How a standby reaches this server. Contains no quotes. */
    private String replicationSource() {
        return "host=localhost port=" + port + " user=" + SUPERUSER;
    }
}
