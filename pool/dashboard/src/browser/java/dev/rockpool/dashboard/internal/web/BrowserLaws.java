package dev.rockpool.dashboard.internal.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.Caller;
import dev.rockpool.dashboard.internal.access.HostNames;
import dev.rockpool.dashboard.internal.access.Tokens;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** The page in Chromium. The pictures are in {@code target/screenshots}. */
class BrowserLaws {
    private static final int SECONDS_OF_PICTURE = Integer.getInteger("rockpool.picture", 8);

    @Test
    void thePageFitsAndHasNoBarriersWhenLight() throws IOException {
        looksGood("light");
    }

    @Test
    void thePageFitsAndHasNoBarriersWhenDark() throws IOException {
        looksGood("dark");
    }

    private static void looksGood(String theme) throws IOException {
        try (Site site = site("orders", 12);
                Load load = new Load(site);
                Browser browser = new Browser()) {
            assertNotEquals(null, load);
            site.pool.control().setWatchUsage(true);
            site.factory.setStatement(
                    "select o.id, o.total from orders o where o.customer = 4711 and o.state = 'open'");
            browser.resize(1280, 900);
            browser.prefer(theme);
            browser.open(site);
            browser.waitFor("the login", () -> browser.find("login-token").isDisplayed());
            browser.picture(theme + "-login");
            assertEquals(List.of(), browser.barriers());
            browser.logIn(Site.OPERATE, "Ada");
            browser.button("1 min").click();
            pause(SECONDS_OF_PICTURE);
            for (int width : new int[] {400, 1280}) {
                browser.resize(width, 900);
                pause(1);
                browser.picture(theme + "-" + width);
                long wide = ((Number) browser.run("return document.documentElement.scrollWidth")).longValue();
                assertTrue(wide <= width, "the page is " + wide + " wide at " + width);
                assertEquals(List.of(), browser.barriers(), "at " + width);
            }
            browser.picture(theme + "-part", 1280, 900);
            browser.button("Size and timeouts").click();
            browser.picture(theme + "-dialog");
            assertEquals(List.of(), browser.barriers(), "dialog");
            assertEquals(List.of(), browser.complaints());
        }
    }

    @Test
    void anOperatorLetsTheUsageBeWatchedAndSeesWhoUsesThePool() throws Exception {
        try (Site site = site("orders", 3);
                Browser browser = new Browser()) {
            browser.open(site);
            browser.logIn(Site.VIEW, "Grace");
            assertTrue(browser.find("size-empty").isDisplayed());
            assertFalse(browser.find("watch-usage").isDisplayed(), "a viewer changes nothing");
            browser.find("log-out").click();
            browser.logIn(Site.OPERATE, "Grace");
            browser.waitFor("the button", () -> browser.find("watch-usage").isDisplayed());
            browser.find("watch-usage").sendKeys(Keys.ENTER);
            Caller.named("checkout", () -> {
                site.lease();
                browser.waitFor(
                        "the caller", () -> browser.find("usage").getText().contains("checkout 100 %"));
                browser.waitFor(
                        "the lease", () -> browser.find("slowest").getText().contains("still held"));
                return null;
            });
            assertTrue(browser.find("size-kind").getText().equalsIgnoreCase("unknown"));
            assertTrue(browser.find("size-text").isDisplayed());
            assertEquals(List.of(), browser.barriers());
            browser.button("Stop watching").click();
            browser.waitFor("the dialog", () -> browser.find("dialog").isDisplayed());
            browser.find("dialog-ok").click();
            browser.waitFor("the end", () -> browser.find("size-empty").isDisplayed());
            assertFalse(site.pool.control().getWatchUsage());
            assertEquals(List.of(), browser.complaints());
        }
    }

    @Test
    void afterTheEndOfTheApplicationThePageSaysHowOldItsFiguresAre() {
        try (Site site = site("orders", 3);
                Browser browser = new Browser()) {
            browser.open(site);
            browser.logIn(Site.VIEW, "");
            site.server.close();
            browser.waitFor(
                    "the age",
                    () -> browser.find("live-text").getText().matches("No answer since \\d\\d:\\d\\d:\\d\\d"));
            assertEquals("old", browser.find("app").getAttribute("class"));
        }
    }

    private static Site site(String name, int size) {
        Tokens tokens = new Tokens(Site.OPERATE, Site.VIEW);
        return new Site(name, size, new Options(tokens, HostNames.of(Set.of()), true, List.of(), 500, 10_000));
    }

    @Test
    @DisplayName("136: markup as a pool's name, caller, holder and statement shows as text")
    void markupShowsAsText() throws Exception {
        String markup = "<script>window.hacked = true</script><img src=x onerror='window.hacked = true'>";
        try (Site site = site(markup, 1);
                Browser browser = new Browser()) {
            site.factory.setStatement("select <img onerror=a>");
            Thread.currentThread().setName(markup);
            Caller.named(markup, () -> {
                site.lease();
                browser.open(site);
                browser.logIn(Site.OPERATE, markup);
                browser.waitFor("the connection", () -> !browser.all("#connections tbody tr")
                        .isEmpty());
                String page = browser.find("main").getText();
                assertTrue(page.contains(markup), page);
                assertTrue(page.contains("select <img onerror=a>"), page);
                browser.find("diagnose").click();
                browser.waitFor("the diagnosis", () -> browser.find("dialog").isDisplayed());
                assertEquals(null, browser.run("return window.hacked"));
                assertEquals(
                        0L,
                        browser.run("return document.querySelectorAll('main img, dialog img, main script').length"));
                return null;
            });
        } finally {
            Thread.currentThread().setName("tests");
        }
    }

    @Test
    @DisplayName("137: after a cut the page goes on within 3 s")
    void thePageGoesOnAfterACut() {
        try (Site site = site("orders", 3);
                Browser browser = new Browser()) {
            browser.open(site);
            browser.logIn(Site.VIEW, "");
            for (int i = 0; i < 3; i++) {
                site.router.cutStreams();
                browser.waitFor(
                        "the cut", () -> !browser.find("live-text").getText().equals("Live"));
                long began = System.nanoTime();
                browser.waitFor(
                        "the next state",
                        () -> browser.find("live-text").getText().equals("Live"));
                assertTrue(System.nanoTime() - began < 3_000_000_000L, "cut " + i);
            }
        }
    }

    @Test
    void aViewerHasNoOperationsAndAnOperatorPausesByKeyboard() {
        try (Site site = site("orders", 3);
                Browser browser = new Browser()) {
            browser.open(site);
            browser.logIn(Site.VIEW, "Grace");
            assertFalse(browser.find("operations").isDisplayed());
            browser.waitFor("the connections", () -> !browser.all("#connections tbody tr")
                    .isEmpty());
            assertEquals(0, browser.all("#connections button").size());
            browser.find("log-out").click();
            browser.logIn(Site.OPERATE, "Grace");

            browser.button("Pause").sendKeys(Keys.ENTER);
            browser.waitFor("the dialog", () -> browser.find("dialog").isDisplayed());
            browser.focused().sendKeys(Keys.ESCAPE);
            browser.waitFor(
                    "the end of the dialog", () -> !browser.find("dialog").isDisplayed());
            assertEquals("Pause", browser.focused().getText());
            browser.focused().sendKeys(Keys.ENTER);
            browser.all("#dialog input").get(0).sendKeys("order", Keys.ENTER);
            browser.waitFor(
                    "the refusal",
                    () -> browser.find("dialog-problem").getText().contains("name of the pool"));
            assertFalse(site.pool.control().isPaused());
            browser.all("#dialog input").get(0).sendKeys("s", Keys.ENTER);
            browser.waitFor("the pause", () -> browser.find("paused").getText().startsWith("Paused until"));
            assertTrue(site.pool.control().isPaused());
            browser.waitFor(
                    "the event", () -> browser.find("events").getText().contains("Grace at 127.0.0.1 paused the pool"));
        }
    }

    private static void pause(int seconds) {
        try {
            Thread.sleep(seconds * 1000L); // the picture needs something to show
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
