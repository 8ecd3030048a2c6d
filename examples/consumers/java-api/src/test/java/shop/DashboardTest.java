package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.rockpool.InvalidConfigException;
import dev.rockpool.PoolConfig;
import dev.rockpool.Pools;
import dev.rockpool.blocking.BlockingPool;
import dev.rockpool.dashboard.Dashboard;
import dev.rockpool.dashboard.DashboardBuilder;
import dev.rockpool.dashboard.DashboardHandler;
import dev.rockpool.dashboard.DashboardRequest;
import dev.rockpool.dashboard.DashboardResponse;
import dev.rockpool.monitor.PoolMonitor;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A page that shows pools. */
class DashboardTest {
    private final String token = Dashboard.newToken();
    private final BlockingPool<Line> pool =
            BlockingPool.create(new Lines(), PoolConfig.builder().name("lines").build());

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void aServerShowsPools() throws Exception {
        try (var manager = Pools.manager();
                var monitor = PoolMonitor.start(pool.control())) {
            var line = Pools.create(new dev.rockpool.testing.ScriptedFactory());
            for (DashboardBuilder builder : List.of(
                    Dashboard.builder(pool.control()),
                    Dashboard.builder(List.of(pool.control())).monitors(List.of(monitor)),
                    Dashboard.builder(line),
                    Dashboard.builder(manager))) {
                builder.token(token)
                        .viewToken(Dashboard.newToken())
                        .address("127.0.0.1")
                        .port(0)
                        .tls(null)
                        .hosts(Set.of("pools.example"))
                        .showSql(true);
                try (Dashboard dashboard = builder.start()) {
                    assertEquals(200, status(dashboard.getAddress()));
                    assertTrue(dashboard.toString().contains(dashboard.getAddress().toString()));
                }
            }
            BlockingPool.of(line).close();
        }
    }

    @Test
    void anotherServerMountsThePage() throws Exception {
        assertThrows(InvalidConfigException.class, () -> Dashboard.builder(pool.control()).handler());
        try (DashboardHandler handler = Dashboard.builder(pool.control()).token(token).handler()) {
            DashboardRequest request = new DashboardRequest(
                    "GET",
                    "/",
                    null,
                    name -> name.equals("Host") ? "localhost" : null,
                    InputStream.nullInputStream(),
                    false,
                    "127.0.0.1");
            assertEquals("localhost", request.header("Host"));
            assertEquals(request.headers().apply("Host"), request.header("Host"));
            assertEquals("GET / null", request.method() + " " + request.path() + " " + request.query());
            assertEquals("127.0.0.1", request.remoteAddress());
            assertFalse(request.secure());
            assertEquals(-1, request.body().read());
            DashboardResponse response = handler.handle(request);
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            response.writeTo(body);
            assertEquals(200, response.status());
            assertEquals(response.length(), body.size());
            assertTrue(response.headers().containsKey("Content-Security-Policy"));

            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/pools/", handler.toHttpHandler());
            server.start();
            assertEquals(200, status(URI.create("http://localhost:" + server.getAddress().getPort() + "/pools/")));
            server.stop(0);
        }
    }

    private static int status(URI address) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }
}
