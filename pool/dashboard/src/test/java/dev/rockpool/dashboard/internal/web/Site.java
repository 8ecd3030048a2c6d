package dev.rockpool.dashboard.internal.web;

import dev.rockpool.Lease;
import dev.rockpool.Pool;
import dev.rockpool.PoolConfig;
import dev.rockpool.Pools;
import dev.rockpool.blocking.BlockingPool;
import dev.rockpool.dashboard.internal.access.HostNames;
import dev.rockpool.dashboard.internal.access.Tokens;
import dev.rockpool.testing.FakeConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** A pool with a dashboard, and a client of it. */
final class Site implements AutoCloseable {
    static final String OPERATE = "the-token-of-an-operator";
    static final String VIEW = "the-token-of-a-viewer";

    final SpokenFactory factory = new SpokenFactory();
    final BlockingPool<FakeConnection> pool;
    final Router router;
    final DashboardServer server;
    private final boolean ownsPool;
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Lease<FakeConnection>> leases = new ArrayList<>();

    Site(String name, int size) {
        this(
                name,
                size,
                new Options(
                        new Tokens(OPERATE, VIEW), HostNames.of(Set.of("pools.test")), true, List.of(), 50, 10_000));
    }

    Site(String name, int size, Options options) {
        pool = pool(name, size, factory);
        router = new Router(() -> List.of(pool.control()), options);
        server = DashboardServer.start(router, InetAddress.getLoopbackAddress(), 0, null);
        ownsPool = true;
    }

    /** Another dashboard of the same pool. */
    Site(BlockingPool<FakeConnection> pool, Options options) {
        this.pool = pool;
        router = new Router(() -> List.of(pool.control()), options);
        server = DashboardServer.start(router, InetAddress.getLoopbackAddress(), 0, null);
        ownsPool = false;
    }

    private static BlockingPool<FakeConnection> pool(String name, int size, SpokenFactory factory) {
        Pool<FakeConnection> created = Pools.create(
                factory,
                PoolConfig.builder()
                        .name(name)
                        .maxSize(size)
                        .statsInterval(Duration.ofMillis(20))
                        .acquireTimeout(Duration.ofSeconds(20))
                        .build());
        return BlockingPool.of(created);
    }

    Lease<FakeConnection> lease() {
        try {
            Lease<FakeConnection> lease = pool.acquire();
            leases.add(lease);
            return lease;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    URI at(String path) {
        return server.address().resolve(path);
    }

    /** The value of an {@code Origin} header of this page. */
    String origin() {
        return server.address().toString().replaceAll("/$", "");
    }

    HttpRequest.Builder get(String path) {
        return HttpRequest.newBuilder(at(path));
    }

    HttpRequest.Builder post(String path, String json) {
        return HttpRequest.newBuilder(at(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json));
    }

    static HttpRequest.Builder as(String token, HttpRequest.Builder request) {
        return request.header("Authorization", "Bearer " + token);
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        return send(request, HttpResponse.BodyHandlers.ofString());
    }

    <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> body) {
        try {
            return client.send(request.timeout(Duration.ofSeconds(20)).build(), body);
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** What an operator does, who must succeed. */
    String operate(String operation, String json) {
        HttpResponse<String> answer = send(as(OPERATE, post("api/" + operation, json)));
        if (answer.statusCode() == 200) return answer.body();
        throw new AssertionError(operation + ": " + answer.statusCode() + " " + answer.body());
    }

    /** A stream of events, opened by a viewer. */
    Reader stream(String pool, String lastId) {
        HttpRequest.Builder request = as(VIEW, get("api/stream?pool=" + pool));
        if (lastId != null) request.header("Last-Event-ID", lastId);
        return new Reader(send(request, HttpResponse.BodyHandlers.ofLines()));
    }

    static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + 20_000_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) throw new AssertionError("this did not happen within 20 s");
            Thread.onSpinWait();
            java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
        }
    }

    /** Ends all leases. */
    void release() {
        leases.forEach(Lease::close);
        leases.clear();
    }

    @Override
    public void close() {
        release();
        server.close();
        if (ownsPool) pool.close(Duration.ofSeconds(1));
    }
}
