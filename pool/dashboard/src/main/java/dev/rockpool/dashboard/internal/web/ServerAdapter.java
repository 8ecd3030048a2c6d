package dev.rockpool.dashboard.internal.web;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsExchange;
import dev.rockpool.dashboard.DashboardRequest;
import dev.rockpool.dashboard.DashboardResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/** Serves a handler by the HTTP server of the JDK. Each stream has a thread of its own, so it holds none of the server's. */
final class ServerAdapter implements HttpHandler {
    private static final AtomicLong NUMBER = new AtomicLong();

    private final Router router;
    private final RequestThreads threads;

    /** @param threads those that call this; null if the server belongs to the application */
    ServerAdapter(Router router, RequestThreads threads) {
        this.router = router;
        this.threads = threads;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        // All of the body comes first, as only a thread that waits for its client may be interrupted.
        byte[] body = exchange.getRequestBody().readNBytes(Router.LONGEST_BODY + 1);
        if (threads != null) threads.serverIsNext();
        DashboardResponse response = router.handle(request(exchange, body));
        if (threads != null) threads.clientIsNext();
        response.headers().forEach(exchange.getResponseHeaders()::set);
        if (response instanceof EventStream stream) {
            Thread thread =
                    new Thread(() -> run(exchange, stream), "rockpool-dashboard-stream-" + NUMBER.incrementAndGet());
            thread.setDaemon(true);
            thread.start();
            return;
        }
        try (exchange) {
            exchange.sendResponseHeaders(response.status(), response.length() == 0 ? -1 : response.length());
            if (response.length() > 0) response.writeTo(exchange.getResponseBody());
        }
    }

    private static void run(HttpExchange exchange, EventStream stream) {
        try (exchange) {
            exchange.sendResponseHeaders(stream.status(), 0);
            stream.writeTo(exchange.getResponseBody());
        } catch (IOException | RuntimeException e) {
            stream.end(); // the browser has left, or was cut off
        }
    }

    private static DashboardRequest request(HttpExchange exchange, byte[] body) {
        String mount = exchange.getHttpContext().getPath();
        String path = exchange.getRequestURI().getPath();
        int below = mount.endsWith("/") ? mount.length() - 1 : mount.length();
        return new DashboardRequest(
                exchange.getRequestMethod(),
                path == null || path.length() <= below ? "/" : path.substring(below),
                exchange.getRequestURI().getRawQuery(),
                exchange.getRequestHeaders()::getFirst,
                new ByteArrayInputStream(body),
                exchange instanceof HttpsExchange,
                exchange.getRemoteAddress().getAddress().getHostAddress());
    }
}
