package dev.rockpool.examples.drill;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** A server for the tests. It trusts {@code postgres} and requires a password from {@code teller}. */
final class Server implements AutoCloseable {
    private static final String LOGINS = """
            host all teller all scram-sha-256
            host all all    all trust
            """;

    private final EmbeddedPostgres postgres;

    Server(Path folder) throws IOException, SQLException {
        Path logins = Files.writeString(folder.resolve("pg_hba.conf"), LOGINS);
        // If the test runs as root, the server runs as another user, who must be able to read the file.
        logins.toFile().setReadable(true, false);
        folder.toFile().setExecutable(true, false);
        folder.toFile().setReadable(true, false);
        postgres = EmbeddedPostgres.builder()
                .setServerConfig("hba_file", logins.toString())
                .start();
        try (Connection connection = connect("test");
                Statement statement = connection.createStatement()) {
            statement.execute("create role teller login password 'right'");
        }
    }

    String url() {
        return "jdbc:postgresql://localhost:%d/postgres".formatted(postgres.getPort());
    }

    Connection connect(String applicationName) throws SQLException {
        return DriverManager.getConnection(url() + "?user=postgres&ApplicationName=" + applicationName);
    }

    @Override
    public void close() throws IOException {
        postgres.close();
    }
}
