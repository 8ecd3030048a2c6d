package dev.rockpool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.dashboard.Dashboard;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The dashboard of a pool of JDBC connections. */
class DashboardSecretsTest {
    private static final String PASSWORD = "pa55word-of-the-database";
    private static final String URL = "jdbc:h2:mem:dashboard-secrets";

    private final HttpClient client = HttpClient.newHttpClient();
    private final String token = Dashboard.newToken();

    @Test
    @DisplayName("135: no answer holds the password of the database, also not when connecting fails")
    void noAnswerHoldsThePassword() throws Exception {
        String held = URL + ";DB_CLOSE_DELAY=-1";
        try (var right = pool(held, PASSWORD);
                Connection connection = right.getConnection();
                var wrong = pool(held + ";IFEXISTS=TRUE", PASSWORD + "-wrong")) {
            assertTrue(connection.isValid(5));
            assertThrowsSql(wrong);
            for (var pool : new RockpoolDataSource[] {right, wrong}) {
                try (Dashboard dashboard = Dashboard.builder(pool.control())
                        .token(token)
                        .showSql(true)
                        .start()) {
                    String all = stream(dashboard)
                            + post(dashboard, "diagnose", "")
                            + post(dashboard, "preview", "")
                            + post(dashboard, "reconfigure", ",\"settings\":{\"maxSize\":4}");
                    assertFalse(all.contains(PASSWORD), all);
                    assertTrue(all.contains("\"maxSize\""), all);
                    assertEquals(4, pool.control().getConfig().getMaxSize());
                }
            }
        }
    }

    private static void assertThrowsSql(RockpoolDataSource pool) {
        try (Connection connection = pool.getConnection()) {
            throw new AssertionError("connected with a wrong password: " + connection);
        } catch (SQLException expected) {
            assertFalse(String.valueOf(expected.getMessage()).contains(PASSWORD));
        }
    }

    private static RockpoolDataSource pool(String url, String password) {
        return RockpoolDataSource.create(JdbcConfig.builder()
                .name("orders")
                .url(url)
                .username("sa")
                .password(password)
                .startup(Startup.background())
                .build());
    }

    /** The first messages: history, events and settings, state. */
    private String stream(Dashboard dashboard) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(dashboard.getAddress().resolve("api/stream?pool=orders"))
                .header("Authorization", "Bearer " + token)
                .build();
        try (Stream<String> lines =
                client.send(request, HttpResponse.BodyHandlers.ofLines()).body()) {
            return lines.takeWhile(line -> !line.equals("event: pause")).collect(Collectors.joining("\n"));
        }
    }

    private String post(Dashboard dashboard, String operation, String more) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(dashboard.getAddress().resolve("api/" + operation))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"pool\":\"orders\"" + more + "}"))
                .build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        assertEquals(200, answer.statusCode(), answer.body());
        return answer.body();
    }
}
