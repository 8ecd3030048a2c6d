package dev.rockpool.dashboard.internal.web;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.rockpool.dashboard.internal.access.Tokens;
import dev.rockpool.internal.base.PoolLogKt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import javax.net.ssl.SSLContext;

/** A server for one page. Its threads are daemons, so it keeps no JVM alive. */
public final class DashboardServer implements AutoCloseable {
    private static final int BACKLOG = 32;

    private final Router router;
    private final HttpServer server;
    private final RequestThreads threads = new RequestThreads();
    private final URI address;

    private DashboardServer(Router router, HttpServer server, InetAddress local, boolean isSecure) {
        this.router = router;
        this.server = server;
        String host = local.getHostAddress();
        String shown = host.indexOf(':') < 0 ? host : "[" + host + "]";
        this.address = URI.create((isSecure ? "https://" : "http://") + shown + ":"
                + server.getAddress().getPort() + "/");
    }

    /** @throws UncheckedIOException if the port is taken; then the router is closed */
    public static DashboardServer start(Router router, InetAddress local, int port, SSLContext tls) {
        try {
            InetSocketAddress at = new InetSocketAddress(local, port);
            HttpServer server = tls == null ? HttpServer.create(at, BACKLOG) : secure(at, tls);
            DashboardServer started = new DashboardServer(router, server, local, tls != null);
            server.setExecutor(started.threads);
            server.createContext("/", new ServerAdapter(router, started.threads));
            router.cutOff(started.threads::cutSlow);
            server.start();
            PoolLogKt.logInfo(() -> "the dashboard is at " + started.address);
            return started;
        } catch (IOException e) {
            router.close();
            throw new UncheckedIOException(
                    "the dashboard cannot listen on %s port %d: %s"
                            .formatted(local.getHostAddress(), port, e.getMessage()),
                    e);
        }
    }

    /** A random token. */
    public static String newToken() {
        return Tokens.random();
    }

    public URI address() {
        return address;
    }

    Router router() {
        return router;
    }

    @Override
    public void close() {
        router.close();
        server.stop(0);
        threads.shutdownNow();
    }

    private static HttpServer secure(InetSocketAddress at, SSLContext tls) throws IOException {
        HttpsServer server = HttpsServer.create(at, BACKLOG);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        return server;
    }
}
