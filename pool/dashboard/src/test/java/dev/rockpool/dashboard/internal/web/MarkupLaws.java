package dev.rockpool.dashboard.internal.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.Caller;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a pool says is text, whatever it looks like. The browser's test looks at the page itself. */
class MarkupLaws {
    private static final String MARKUP = "<script>alert(1)</script>";

    @Test
    @DisplayName("136: markup as a pool's name, caller, holder and statement is sent as JSON only")
    void markupIsSentAsJsonOnly() throws Exception {
        try (Site site = new Site(MARKUP, 1)) {
            site.factory.setStatement("select " + MARKUP.replace("1", "x"));
            Thread.currentThread().setName(MARKUP);
            Caller.named(MARKUP, () -> {
                site.lease();
                HttpResponse<String> pools = site.send(Site.as(Site.VIEW, site.get("api/pools")));
                assertTrue(pools.body().contains(MARKUP));
                assertEquals(
                        "application/json; charset=utf-8",
                        pools.headers().firstValue("Content-Type").orElse(""));
                String id = java.net.URLEncoder.encode(MARKUP, java.nio.charset.StandardCharsets.UTF_8);
                String state = site.stream(id, null).next("state").data();
                assertTrue(state.contains("\"caller\":\"" + MARKUP + "\""), state);
                assertTrue(state.contains("\"sql\":\"select " + MARKUP.replace("1", "x") + "\""), state);
                return null;
            });
        } finally {
            Thread.currentThread().setName("tests");
        }
    }

    @Test
    @DisplayName("136: the page's scripts never turn text into markup")
    void scriptsMakeNoMarkup() {
        try (Site site = new Site("orders", 1)) {
            for (String file : site.router.routes().keySet()) {
                if (!file.endsWith(".js") || file.contains("uPlot")) continue;
                String script = site.send(site.get(file.substring(1))).body();
                for (String way :
                        new String[] {"innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", "Function("
                        }) assertFalse(script.contains(way), file + " has " + way);
            }
            String page = site.send(site.get("")).body();
            assertFalse(page.contains(" style=") || page.matches("(?s).*\\son\\w+=.*"), "the policy forbids it");
        }
    }

    @Test
    void anOddNameOfAnOperatorIsShownAsFarAsItIsReadable() {
        try (Site site = new Site("orders", 1)) {
            String body = "{\"token\":\"" + Site.OPERATE + "\",\"name\":\"Ada\\n\\u202eforged\"}";
            String cookie = site.send(site.post("api/login", body))
                    .headers()
                    .firstValue("Set-Cookie")
                    .orElseThrow();
            site.send(site.post("api/clear", "{\"pool\":\"orders\"}")
                    .header("Cookie", cookie.split(";")[0])
                    .header("Origin", site.origin()));
            String log = site.stream("orders", null).next("log").data();
            assertTrue(log.contains("Ada  forged at 127.0.0.1 closed"), log);
        }
    }
}
