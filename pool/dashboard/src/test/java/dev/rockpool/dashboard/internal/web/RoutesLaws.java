package dev.rockpool.dashboard.internal.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.dashboard.DashboardRequest;
import dev.rockpool.dashboard.internal.access.HostNames;
import dev.rockpool.dashboard.internal.access.Tokens;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Who may have what: every route, for everybody who may ask. */
class RoutesLaws {
    private static Site site;

    /**
     * The answers to: no token, the token of a viewer, that of an operator, a wrong token; then, with that of an operator:
     * from a page of another origin, for a foreign host, by another method, and a change without JSON.
     */
    private static final Map<String, String> TABLE = new LinkedHashMap<>();

    static {
        String page = "200 200 200 200 200 421 405 -";
        for (String file : List.of(
                "",
                "index.html",
                "icon.svg",
                "uPlot.iife.min.js",
                "uPlot.min.css",
                "base.css",
                "panels.css",
                "main.js",
                "stream.js",
                "charts.js",
                "tables.js",
                "operate.js",
                "format.js",
                "dom.js",
                "panels.js",
                "theme.js",
                "usage.js")) TABLE.put("GET /" + file, page);
        TABLE.put("GET /api/session", "200 200 200 200 403 421 405 -");
        TABLE.put("POST /api/login", "401 401 401 401 403 421 405 415");
        TABLE.put("POST /api/logout", "200 200 200 200 403 421 405 415");
        TABLE.put("GET /api/pools", "401 200 200 401 403 421 405 -");
        TABLE.put("GET /api/stream", "401 200 200 401 403 421 405 -");
        TABLE.put("POST /api/diagnose", "401 200 200 401 403 421 405 415");
        String change = "401 403 200 401 403 421 405 415";
        for (String name : List.of(
                "preview", "evict-all", "clear", "remove-expired", "check", "resume", "reconfigure", "reset-times"))
            TABLE.put("POST /api/" + name, change);
        TABLE.put("POST /api/evict", "401 403 400 401 403 421 405 415"); // the body names no connection
        TABLE.put("POST /api/acknowledge", "401 403 400 401 403 421 405 415"); // the body names no alert
        TABLE.put("POST /api/watch-usage", "401 403 400 401 403 421 405 415"); // the body says neither on nor off
        TABLE.put("POST /api/pause", "401 403 400 401 403 421 405 415"); // the body confirms nothing
        TABLE.put("GET /api/nothing", "404 404 404 404 404 421 404 -");
    }

    @BeforeAll
    static void start() {
        site = new Site("orders", 2);
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    @Test
    @DisplayName("135: each route answers as the table says, for every role, origin, host and method")
    void routesAnswerAsTheTableSays() {
        Map<String, String> found = new LinkedHashMap<>();
        TABLE.forEach((route, wanted) -> found.put(route, answers(route)));
        assertEquals(lines(TABLE), lines(found));
    }

    @Test
    @DisplayName("135: the table has every route")
    void theTableHasEveryRoute() {
        Set<String> wanted = new TreeSet<>();
        site.router.routes().forEach((path, method) -> wanted.add(method + " " + path));
        Set<String> listed = new TreeSet<>(TABLE.keySet());
        listed.remove("GET /api/nothing");
        assertEquals(wanted, listed);
    }

    @Test
    @DisplayName("135: no answer holds a token, and all have the protecting headers")
    void noAnswerHoldsAToken() {
        for (String route : TABLE.keySet()) {
            if (route.endsWith("stream")) continue;
            HttpResponse<String> answer = site.send(Site.as(Site.OPERATE, request(route)));
            String all = answer.headers().map() + answer.body();
            assertFalse(all.contains(Site.OPERATE) || all.contains(Site.VIEW), route);
            String policy =
                    answer.headers().firstValue("Content-Security-Policy").orElse("");
            assertTrue(policy.startsWith("default-src 'self'"), route);
            assertEquals(
                    "nosniff",
                    answer.headers().firstValue("X-Content-Type-Options").orElse(""),
                    route);
        }
    }

    @Test
    @DisplayName("135: a browser that has logged in may act with its cookie, but not from another page")
    void aCookieActsOnlyFromItsOwnPage() {
        String cookie = login(Site.OPERATE);
        assertFalse(cookie.contains(Site.OPERATE), cookie);
        assertEquals(
                200, site.send(site.get("api/pools").header("Cookie", cookie)).statusCode());
        assertEquals(403, status(change(cookie)), "without an origin");
        assertEquals(403, status(change(cookie).header("Origin", "https://elsewhere.test")));
        assertEquals(403, status(change(cookie).header("Origin", "null")));
        assertEquals(
                403, status(change(cookie).header("Sec-Fetch-Site", "same-site").header("Origin", site.origin())));
        assertEquals(200, status(change(cookie).header("Origin", site.origin())));
        assertEquals(403, status(change(login(Site.VIEW)).header("Origin", site.origin())), "a viewer");
        assertEquals(
                200,
                status(site.post("api/logout", "{}").header("Cookie", cookie).header("Origin", site.origin())));
        assertEquals(401, status(change(cookie).header("Origin", site.origin())), "after the logout");
    }

    @Test
    @DisplayName("135: the cookie is for this page and its server only")
    void theCookieIsKeptFromScriptsAndOtherSites() {
        HttpResponse<String> answer = site.send(site.post("api/login", "{\"token\":\"" + Site.VIEW + "\"}"));
        String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow();
        assertTrue(cookie.endsWith("; HttpOnly; SameSite=Strict"), cookie);
    }

    @Test
    @DisplayName("135: forwarded headers change nothing")
    void forwardedHeadersAreIgnored() {
        HttpRequest.Builder request = site.get("api/pools")
                .header("Host", "elsewhere.test")
                .header("X-Forwarded-Host", "localhost")
                .header("Forwarded", "host=localhost;for=127.0.0.1");
        assertEquals(421, status(Site.as(Site.OPERATE, request)));
        assertEquals(200, status(Site.as(Site.OPERATE, site.get("api/pools").header("Host", "pools.test:443"))));
        assertEquals(
                421, status(Site.as(Site.OPERATE, site.get("api/pools").header("Host", "localhost.elsewhere.test"))));
    }

    @Test
    @DisplayName("135: without tokens everybody may view and nobody may operate")
    void withoutTokensNobodyMayOperate() {
        try (Site open =
                new Site("open", 1, new Options(new Tokens(null, null), HostNames.of(Set.of()), false, List.of()))) {
            assertEquals(200, open.send(open.get("api/pools")).statusCode());
            assertEquals(
                    403,
                    open.send(open.post("api/evict-all", "{\"pool\":\"open\"}")).statusCode());
            assertEquals(
                    401, open.send(open.post("api/login", "{\"token\":\"\"}")).statusCode());
        }
    }

    @Test
    @DisplayName("135: wrong tokens are limited, by their address and in all, and the right one is always accepted")
    void wrongTokensAreLimited() {
        try (Site attacked = new Site("attacked", 1)) {
            for (int i = 0; i < 50; i++) {
                assertEquals(401, guess(attacked, "127.0.0.1", "POST", "/api/login", "a-wrong-token-" + i));
                assertEquals(401, guess(attacked, "127.0.0.1", "GET", "/api/pools", "a-wrong-token-" + i));
            }
            HttpResponse<String> refused = attacked.send(Site.as("a-wrong-token", attacked.get("api/pools")));
            assertEquals(429, refused.statusCode(), refused.body());
            int seconds =
                    Integer.parseInt(refused.headers().firstValue("Retry-After").orElse(""));
            assertTrue(seconds >= 1 && seconds <= 60, "wait for " + seconds);
            assertEquals(429, guess(attacked, "127.0.0.1", "POST", "/api/login", "a-wrong-token"));
            assertEquals(401, guess(attacked, "127.0.0.2", "POST", "/api/login", "a-wrong-token"));
            for (int i = 0; i < 1000; i++) guess(attacked, "10.0.0." + i % 50, "GET", "/api/pools", "a-wrong-token");
            assertEquals(429, guess(attacked, "127.0.0.3", "GET", "/api/pools", "a-wrong-token"));
            for (String address : List.of("127.0.0.1", "127.0.0.3", "10.0.0.7")) {
                assertEquals(200, guess(attacked, address, "GET", "/api/pools", Site.VIEW));
                assertEquals(200, guess(attacked, address, "POST", "/api/login", Site.OPERATE));
            }
        }
    }

    @Test
    @DisplayName("135: a wrong token is nobody's, even beside a cookie that may act")
    void aWrongTokenIsNobodys() {
        String cookie = login(Site.OPERATE);
        assertEquals(
                401, status(Site.as("the-token-of-nobody", site.get("api/pools").header("Cookie", cookie))));
    }

    @Test
    @DisplayName("135: the cookie is hidden from scripts and other sites, and worth nothing after the logout")
    void theCookieEndsWithTheLogout() {
        HttpResponse<String> answer = site.send(site.post("api/login", "{\"token\":\"" + Site.VIEW + "\"}"));
        String set = answer.headers().firstValue("Set-Cookie").orElseThrow();
        assertTrue(set.endsWith("; HttpOnly; SameSite=Strict"), set);
        String cookie = set.split(";")[0];
        HttpRequest.Builder logout = site.post("api/logout", "{}").header("Cookie", cookie);
        assertEquals(200, status(logout.header("Origin", site.origin())));
        assertEquals(401, status(site.get("api/pools").header("Cookie", cookie)));
    }

    @Test
    void aBodyThatIsTooLongIsRefusedForItsLength() {
        String tooLong = " ".repeat(Router.LONGEST_BODY - 16) + "{\"pool\":\"orders\"}";
        assertEquals(400, status(Site.as(Site.OPERATE, site.post("api/clear", tooLong))));
        assertEquals(200, status(Site.as(Site.OPERATE, site.post("api/clear", tooLong.substring(1)))));
    }

    /** The status that a client at this address gets. */
    private static int guess(Site attacked, String address, String method, String path, String token) {
        boolean isLogin = method.equals("POST");
        Map<String, String> headers = isLogin
                ? Map.of("Host", "localhost", "Content-Type", "application/json")
                : Map.of("Host", "localhost", "Authorization", "Bearer " + token);
        String body = isLogin ? "{\"token\":\"" + token + "\"}" : "";
        return attacked.router
                .handle(new DashboardRequest(
                        method,
                        path,
                        null,
                        headers::get,
                        new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)),
                        false,
                        address))
                .status();
    }

    @Test
    void badRequestsAreAnsweredNotThrown() {
        for (String body :
                List.of("", "[]", "{", "{\"pool\":7}", "{\"pool\":\"orders\",\"x\":1}", "\"\"", "x".repeat(20_000)))
            assertEquals(
                    400,
                    status(Site.as(Site.OPERATE, site.post("api/clear", body))),
                    body.length() > 99 ? "long" : body);
        assertEquals(404, status(Site.as(Site.OPERATE, site.post("api/clear", "{\"pool\":\"other\"}"))));
    }

    private static String login(String token) {
        HttpResponse<String> answer =
                site.send(site.post("api/login", "{\"token\":\"" + token + "\",\"name\":\"Ada\"}"));
        assertEquals(200, answer.statusCode(), answer.body());
        return answer.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
    }

    private static HttpRequest.Builder change(String cookie) {
        return site.post("api/clear", "{\"pool\":\"orders\"}").header("Cookie", cookie);
    }

    private static int status(HttpRequest.Builder request) {
        return site.send(request).statusCode();
    }

    private static String answers(String route) {
        String foreignOrigin = "https://elsewhere.test";
        List<Object> all = new ArrayList<>();
        all.add(peek(request(route)));
        all.add(peek(Site.as(Site.VIEW, request(route))));
        all.add(peek(Site.as(Site.OPERATE, request(route))));
        all.add(peek(Site.as("the-token-of-nobody", request(route))));
        all.add(peek(Site.as(Site.OPERATE, request(route)).header("Origin", foreignOrigin)));
        all.add(peek(Site.as(Site.OPERATE, request(route)).header("Host", "elsewhere.test")));
        all.add(peek(Site.as(Site.OPERATE, otherMethod(route))));
        all.add(
                route.startsWith("GET")
                        ? "-"
                        : peek(Site.as(Site.OPERATE, site.get(path(route)).POST(BodyPublishers.ofString("{}")))));
        return String.join(" ", all.stream().map(Object::toString).toList());
    }

    /** The status alone: a stream has no end. */
    private static int peek(HttpRequest.Builder request) {
        HttpResponse<Stream<String>> answer = site.send(request, HttpResponse.BodyHandlers.ofLines());
        answer.body().close();
        return answer.statusCode();
    }

    private static HttpRequest.Builder request(String route) {
        if (route.startsWith("GET")) return site.get(path(route) + (route.endsWith("stream") ? "?pool=orders" : ""));
        String body = route.endsWith("login") || route.endsWith("logout") ? "{}" : "{\"pool\":\"orders\"}";
        return site.post(path(route), body);
    }

    private static HttpRequest.Builder otherMethod(String route) {
        return route.startsWith("GET") ? site.post(path(route), "{}") : site.get(path(route));
    }

    private static String path(String route) {
        return route.substring(route.indexOf('/') + 1);
    }

    private static String lines(Map<String, String> table) {
        StringBuilder lines = new StringBuilder();
        table.forEach((route, answers) ->
                lines.append(answers).append("  ").append(route).append('\n'));
        return lines.toString();
    }
}
