package dev.rockpool.dashboard.internal.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.dashboard.DashboardRequest;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who sends a request, and from where. */
class AccessTest {
    private static final String TOKEN = "the-token-of-an-operator";

    private final Access access =
            new Access(new Tokens(TOKEN, null), HostNames.of(Set.of()), System::nanoTime, "cookie");

    @Test
    void aPageOfThisHostIsItsOwnOriginByItsSchemeOrABetterOne() {
        assertTrue(access.isOwnOrigin(request(false, "Host", "localhost")));
        assertTrue(access.isOwnOrigin(request(false, "Host", "localhost", "Origin", "http://localhost")));
        assertTrue(access.isOwnOrigin(request(false, "Host", "localhost", "Origin", "https://LOCALHOST")));
        assertTrue(access.isOwnOrigin(request(true, "Host", "localhost", "Origin", "https://localhost")));
        assertFalse(access.isOwnOrigin(request(true, "Host", "localhost", "Origin", "http://localhost")));
        for (String own : List.of("same-origin", "none"))
            assertTrue(access.isOwnOrigin(request(false, "Sec-Fetch-Site", own)));
        assertFalse(access.isOwnOrigin(request(false, "Sec-Fetch-Site", "cross-site")));
    }

    @Test
    void aChangeIsProvenByAnOriginOrAToken() {
        assertFalse(access.isProvenOrigin(request(false)));
        assertTrue(access.isProvenOrigin(request(false, "Origin", "http://localhost")));
        assertTrue(access.isProvenOrigin(request(false, "Authorization", "Bearer x")));
        assertFalse(access.isProvenOrigin(request(false, "Authorization", "Basic x")));
    }

    @Test
    void onlyJsonIsJson() {
        assertFalse(access.isJson(request(false)));
        assertFalse(access.isJson(request(false, "Content-Type", "text/plain; application/json")));
        assertTrue(access.isJson(request(false, "Content-Type", "Application/JSON; charset=utf-8")));
    }

    @Test
    void aCookieAmongOthersNamesItsSession() {
        Identity ada = access.known(TOKEN, "Ada", request(true));
        assertEquals(Role.OPERATE, ada.role());
        String set = access.begin(ada, request(true));
        assertTrue(set.endsWith("; HttpOnly; SameSite=Strict; Secure"), set);
        String cookie = set.split(";")[0];
        Identity found = access.identify(request(true, "Cookie", "a=b; c; " + cookie + "; d=e"));
        assertEquals(Role.OPERATE, found.role());
        assertEquals("Ada at 10.1.1.1", found.name());
        assertNotNull(found.session());
        assertTrue(access.isStill(found));
        assertTrue(access.isStill(ada), "a token needs no session");
        assertEquals("cookie=; HttpOnly; SameSite=Strict; Secure; Max-Age=0", access.logout(found, request(true)));
        assertFalse(access.isStill(found));
        assertEquals("cookie=; HttpOnly; SameSite=Strict; Max-Age=0", access.logout(ada, request(false)));
        assertEquals(
                Role.NOBODY, access.identify(request(true, "Cookie", cookie)).role());
        assertEquals(
                Role.NOBODY, access.identify(request(true, "Cookie", "x=y")).role());
    }

    @Test
    void aMissingTokenIsNotAWrongOne() {
        for (int i = 0; i < 2000; i++)
            assertEquals(0, access.known(null, null, request(false)).retryAfter());
        assertEquals(0, access.known("wrong", "", request(false)).retryAfter());
    }

    private static DashboardRequest request(boolean secure, String... headers) {
        Map<String, String> all = new HashMap<>();
        for (int i = 0; i < headers.length; i += 2) all.put(headers[i], headers[i + 1]);
        return new DashboardRequest("GET", "/", null, all::get, InputStream.nullInputStream(), secure, "10.1.1.1");
    }
}
