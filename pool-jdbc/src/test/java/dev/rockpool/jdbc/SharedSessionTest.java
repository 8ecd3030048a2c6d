package dev.rockpool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Behind a proxy that shares sessions, the server's view of a session says nothing about a connection. */
@Timeout(60)
class SharedSessionTest {
    private final int server =
            URI.create(Postgres.INSTANCE.getUrl().substring("jdbc:".length())).getPort();

    @Test
    void aQueryThatIsLongerThanTheStuckCallTimeoutSurvivesAProxyThatSharesSessions() throws Exception {
        try (var proxy = new TransactionProxy(server);
                var pool = RockpoolDataSource.builder()
                        .name("shared sessions")
                        .url("jdbc:postgresql://localhost:" + proxy.port() + "/postgres?prepareThreshold=0")
                        .username(Postgres.USER)
                        .maxSize(2)
                        .minIdle(0)
                        .statsInterval(Duration.ofMillis(20))
                        .stuckCallTimeout(Duration.ofMillis(300))
                        .build();
                var connection = pool.getConnection()) {
            pool.getConnection().close(); // can be used to ask about the others
            assertNotEquals(session(connection), session(connection), "the proxy does not share sessions");
            assertEquals("done", ask(connection, "select 'done' from pg_sleep(4)"));
        }
    }

    private static String session(Connection connection) throws SQLException {
        return ask(connection, "select pg_backend_pid()");
    }

    private static String ask(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
