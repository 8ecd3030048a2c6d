package dev.rockpool.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.InvalidConfigException;
import dev.rockpool.PoolConfig;
import dev.rockpool.Pools;
import dev.rockpool.blocking.BlockingPool;
import dev.rockpool.testing.FakeConnection;
import dev.rockpool.testing.ScriptedFactory;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The settings of a dashboard, and what they refuse. */
class DashboardBuilderTest {
    private final BlockingPool<FakeConnection> pool = BlockingPool.create(
            new ScriptedFactory().blocking(),
            PoolConfig.builder().name("orders").build());

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void javaStartsADashboard() throws Exception {
        String secret = Dashboard.newToken();
        // region start
        try (Dashboard dashboard =
                Dashboard.builder(pool.control()).token(secret).start()) {
            System.out.println(dashboard.getAddress());
            // endregion
            assertEquals(200, status(dashboard.getAddress()));
        }
    }

    @Test
    void aServerListensOnTheLoopbackOnly() throws Exception {
        try (Dashboard dashboard = builder().token(Dashboard.newToken()).start()) {
            URI address = dashboard.getAddress();
            assertTrue(address.toString().matches("http://127\\.0\\.0\\.1:\\d+/"), address.toString());
            assertEquals(200, status(address));
            int port = address.getPort();
            var taken = assertThrows(
                    UncheckedIOException.class, () -> builder().port(port).start());
            assertTrue(
                    taken.getMessage().startsWith("the dashboard cannot listen on 127.0.0.1 port " + port),
                    taken.getMessage());
        }
    }

    @Test
    void anotherAddressNeedsATokenAndTls() {
        String refusal =
                "address is '0.0.0.0' but must be a loopback address such as 127.0.0.1, unless token and tls are set";
        assertTrue(problems(builder().address("0.0.0.0")).contains(refusal));
        assertTrue(problems(builder().address("0.0.0.0").token(Dashboard.newToken()))
                .contains(refusal));
        assertTrue(problems(builder().address("0.0.0.0"))
                .contains("hosts is empty but must name the host by which browsers reach '0.0.0.0'"));
    }

    @Test
    void everyProblemIsNamedAndNoTokenIsShown() {
        List<String> problems = problems(builder()
                .token("secret")
                .viewToken("two words of which")
                .port(-1)
                .hosts(Set.of("http://x/")));
        assertEquals(
                List.of(
                        "token has 6 characters but must have 16 to 256, all printable ASCII without spaces",
                        "viewToken has 18 characters but must have 16 to 256, all printable ASCII without spaces",
                        "hosts has 'http://x/' but must have plain host names without scheme, port or path",
                        "port is -1 but must be 0 to 65535"),
                problems);
        String same = Dashboard.newToken();
        assertEquals(
                List.of("viewToken equals token but must differ from it"),
                problems(builder().token(same).viewToken(same)));
        assertFalse(problems.toString().contains("secret"));
    }

    @Test
    void aMountedPageNeedsAToken() {
        var thrown = assertThrows(InvalidConfigException.class, () -> builder().handler());
        assertEquals(
                "the dashboard is misconfigured: token is null but a mounted page needs token or viewToken",
                thrown.getMessage());
        try (DashboardHandler handler =
                builder().viewToken(Dashboard.newToken()).handler()) {
            DashboardRequest request = new DashboardRequest(
                    "GET",
                    "/",
                    null,
                    name -> name.equals("Host") ? "localhost" : null,
                    java.io.InputStream.nullInputStream(),
                    false,
                    "::1");
            assertEquals(200, handler.handle(request).status());
        }
    }

    @Test
    void aManagersPoolsComeAndGo() throws Exception {
        String token = Dashboard.newToken();
        try (var manager = Pools.manager();
                Dashboard dashboard =
                        Dashboard.builder(manager).viewToken(token).start()) {
            assertEquals("[]", pools(dashboard, token));
            manager.pool(
                    new ScriptedFactory(), PoolConfig.builder().name("lines").build());
            assertTrue(pools(dashboard, token).contains("\"id\":\"lines\""));
            manager.remove("lines");
            assertEquals("[]", pools(dashboard, token));
        }
    }

    @Test
    void poolsOfOneNameAreToldApart() throws Exception {
        String token = Dashboard.newToken();
        BlockingPool<FakeConnection> other = BlockingPool.create(new ScriptedFactory().blocking(), pool.config());
        try (Dashboard dashboard = Dashboard.builder(List.of(pool.control(), other.control()))
                .viewToken(token)
                .start()) {
            String all = pools(dashboard, token);
            assertTrue(all.contains("\"id\":\"orders\"") && all.contains("\"id\":\"orders-2\""), all);
        } finally {
            other.close();
        }
    }

    private DashboardBuilder builder() {
        return Dashboard.builder(pool.control());
    }

    private static List<String> problems(DashboardBuilder builder) {
        return assertThrows(InvalidConfigException.class, builder::start).getProblems();
    }

    private static int status(URI address) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    private static String pools(Dashboard dashboard, String token) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(dashboard.getAddress().resolve("api/pools"))
                .header("Authorization", "Bearer " + token)
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
