package dev.rockpool.dashboard.internal.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.dashboard.DashboardRequest;
import dev.rockpool.dashboard.DashboardResponse;
import dev.rockpool.dashboard.internal.access.HostNames;
import dev.rockpool.dashboard.internal.access.Tokens;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kotlinx.serialization.json.Json;
import kotlinx.serialization.json.JsonArray;
import kotlinx.serialization.json.JsonElementKt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The stream of what a pool does. */
class StreamLaws {
    private static final int STUCK = 16;

    @Test
    @DisplayName("137: a stream that was cut goes on within 3 s, and brings the points that were missed")
    void aCutStreamGoesOn() {
        try (Site site = new Site("orders", 2)) {
            Reader reader = site.stream("orders", null);
            assertEquals(200, reader.status);
            reader.next("history");
            for (int i = 0; i < 3; i++) reader.next("state"); // so that there is a point
            String seen = reader.next("state").id();
            site.router.cutStreams();
            assertTrue(reader.hasEnded());
            Site.until(() -> site.router.openStreams() == 0);

            long began = System.nanoTime();
            Reader again = site.stream("orders", seen);
            Reader.Event history = again.next("history");
            again.next("state");
            assertTrue(System.nanoTime() - began < 3_000_000_000L);
            for (long at : times(history)) assertTrue(at > Long.parseLong(seen), history.data());
            assertFalse(times(site.stream("orders", null).next("history")).isEmpty());
        }
    }

    @Test
    @DisplayName("137: sixteen readers that take nothing delay neither callers nor other readers, and are cut off")
    void stuckReadersCostNothing() throws Exception {
        Options patient =
                new Options(new Tokens(Site.OPERATE, Site.VIEW), HostNames.of(Set.of()), true, List.of(), 5, 1000);
        List<Socket> stuck = new ArrayList<>();
        try (Site site = new Site("orders", 40, patient)) {
            site.factory.setStatement("select '" + "x".repeat(450) + "' as y".repeat(10));
            for (int i = 0; i < 40; i++) site.lease();
            for (int i = 0; i < STUCK; i++) stuck.add(readNothing(site));
            Site.until(() -> site.router.openStreams() == STUCK);
            Reader reader = site.stream("orders", null);
            Site.until(() -> site.router.stuckStreams(200) == STUCK);

            for (int i = 0; i < 10; i++) reader.next("state"); // goes on although the others are stuck
            site.release();
            long began = System.nanoTime();
            for (int i = 0; i < 10_000; i++) site.pool.useConnection(connection -> {});
            assertTrue(System.nanoTime() - began < 3_000_000_000L, "the callers were delayed");
            Site.until(() -> site.router.openStreams() == 1);
            reader.next("state");
        } finally {
            for (Socket socket : stuck) socket.close();
        }
    }

    @Test
    void eventsAndSettingsComeWhenTheyChange() {
        try (Site site = new Site("orders", 2)) {
            Reader reader = site.stream("orders", null);
            assertTrue(reader.next("log").data().contains("\"maxSize\":2"));
            site.operate("reconfigure", "{\"pool\":\"orders\",\"settings\":{\"maxSize\":5}}");
            String log = reader.next("log").data();
            while (!log.contains("\"maxSize\":5")) log = reader.next("log").data();
            assertTrue(reader.next("state").data().contains("\"maxSize\":5"));
        }
    }

    @Test
    void theStreamOfABrowserEndsWithItsLogout() {
        try (Site site = new Site("orders", 2)) {
            String cookie = site.send(site.post("api/login", "{\"token\":\"" + Site.VIEW + "\"}"))
                    .headers()
                    .firstValue("Set-Cookie")
                    .orElseThrow()
                    .split(";")[0];
            Reader reader = new Reader(site.send(
                    site.get("api/stream?pool=orders").header("Cookie", cookie), HttpResponse.BodyHandlers.ofLines()));
            reader.next("state");
            site.send(site.post("api/logout", "{}").header("Cookie", cookie).header("Origin", site.origin()));
            Site.until(() -> site.router.openStreams() == 0);
        }
    }

    @Test
    void theNumberOfStreamsIsBounded() {
        try (Site site = new Site("orders", 2)) {
            List<Reader> readers = new ArrayList<>();
            for (int i = 0; i < Streams.MOST; i++) readers.add(site.stream("orders", null));
            assertEquals(200, readers.get(Streams.MOST - 1).status);
            assertEquals(503, site.stream("orders", null).status);
            site.router.cutStreams();
            Site.until(() -> site.router.openStreams() == 0);
            assertEquals(200, site.stream("orders", null).status);
        }
    }

    @Test
    void aStreamThatNobodyWritesGivesItsPlaceBack() {
        Options impatient =
                new Options(new Tokens(Site.OPERATE, Site.VIEW), HostNames.of(Set.of()), true, List.of(), 50, 100);
        try (Site site = new Site("orders", 2, impatient)) {
            Map<String, String> headers = Map.of("Host", "localhost", "Authorization", "Bearer " + Site.VIEW);
            DashboardResponse answer = site.router.handle(new DashboardRequest(
                    "GET", "/api/stream", "pool=orders", headers::get, InputStream.nullInputStream(), false, "::1"));
            assertEquals(-1, answer.length());
            Site.until(() -> site.router.openStreams() == 0);
        }
    }

    @Test
    void noThreadIsLeftAfterTheEnd() {
        Site site = new Site("orders", 2);
        site.stream("orders", null).next("state");
        site.close();
        Site.until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("rockpool-dashboard") && thread.isAlive()));
    }

    private static Socket readNothing(Site site) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(1024);
        socket.connect(new InetSocketAddress("127.0.0.1", site.server.address().getPort()));
        String request = "GET /api/stream?pool=orders HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + Site.VIEW
                + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static List<Long> times(Reader.Event history) {
        var object = JsonElementKt.getJsonObject(Json.Default.parseToJsonElement(history.data()));
        return ((JsonArray) object.get("points"))
                .stream()
                        .map(point -> JsonElementKt.getLong(JsonElementKt.getJsonPrimitive(((JsonArray) point).get(0))))
                        .toList();
    }
}
