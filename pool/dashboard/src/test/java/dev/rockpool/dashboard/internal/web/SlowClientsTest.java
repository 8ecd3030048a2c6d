package dev.rockpool.dashboard.internal.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.dashboard.internal.access.HostNames;
import dev.rockpool.dashboard.internal.access.Tokens;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Clients that begin a request and do not end it. There are more of them than threads of the server. */
class SlowClientsTest {
    private static final int CLIENTS = 8;
    private static final String HALF_A_HEAD = "GET /api/pools HTTP/1.1\r\nHost: local";
    private static final String HALF_A_BODY = "POST /api/login HTTP/1.1\r\nHost: localhost\r\n"
            + "Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{";

    @Test
    void clientsThatDoNotEndTheirRequestAreCutOff() throws Exception {
        Options impatient =
                new Options(new Tokens(Site.OPERATE, Site.VIEW), HostNames.of(Set.of()), true, List.of(), 50, 200);
        for (String half : List.of(HALF_A_HEAD, HALF_A_BODY)) {
            List<Socket> slow = new ArrayList<>();
            try (Site site = new Site("orders", 1, impatient)) {
                for (int i = 0; i < CLIENTS; i++) slow.add(begin(site, half));
                assertEquals(
                        200,
                        site.send(Site.as(Site.VIEW, site.get("api/pools"))).statusCode());
                for (Socket socket : slow) assertTrue(isCut(socket), half);
            } finally {
                for (Socket socket : slow) socket.close();
            }
        }
    }

    @Test
    void anOperationMayTakeLonger() throws Exception {
        RequestThreads threads = new RequestThreads();
        boolean isInterrupted = threads.submit(() -> {
                    threads.serverIsNext();
                    threads.cutSlow(-1);
                    return Thread.currentThread().isInterrupted();
                })
                .get();
        threads.shutdown();
        assertEquals(false, isInterrupted);
    }

    private static Socket begin(Site site, String half) throws IOException {
        Socket socket = new Socket("127.0.0.1", site.server.address().getPort());
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(half.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** Whether the server ends the connection. It may say why before. */
    private static boolean isCut(Socket socket) {
        try {
            socket.getInputStream().readAllBytes();
            return true;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true; // reset
        }
    }
}
