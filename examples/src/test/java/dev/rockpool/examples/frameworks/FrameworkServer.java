package dev.rockpool.examples.frameworks;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** One PostgreSQL for the tests of all frameworks; it ends with the JVM. */
final class FrameworkServer {
    private static final EmbeddedPostgres SERVER = start();

    private FrameworkServer() {}

    private static EmbeddedPostgres start() {
        try {
            EmbeddedPostgres server = EmbeddedPostgres.start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> close(server)));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void close(EmbeddedPostgres server) {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Creates a database and a user of the same name, with this limit of sessions. */
    static void createDatabase(String name, int sessions) {
        try (Connection connection = SERVER.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create role %s login connection limit %d".formatted(name, sessions));
            statement.execute("create database %s owner %s".formatted(name, name));
        } catch (SQLException e) {
            throw new IllegalStateException("cannot create the database " + name, e);
        }
    }

    static String url(String database) {
        return "jdbc:postgresql://localhost:%d/%s".formatted(SERVER.getPort(), database);
    }
}
