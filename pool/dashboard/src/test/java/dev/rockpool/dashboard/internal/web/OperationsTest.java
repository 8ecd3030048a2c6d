package dev.rockpool.dashboard.internal.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.Caller;
import dev.rockpool.PoolEvent;
import dev.rockpool.dashboard.internal.access.HostNames;
import dev.rockpool.dashboard.internal.access.Tokens;
import dev.rockpool.monitor.AlertLevel;
import dev.rockpool.monitor.AlertRule;
import dev.rockpool.monitor.Figure;
import dev.rockpool.monitor.PoolMonitor;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What operators can do. Each operation is noted, with who did it. */
class OperationsTest {
    private final List<PoolEvent> events = new CopyOnWriteArrayList<>();
    private Site site;

    @BeforeEach
    void start() {
        site = new Site("orders", 3);
        site.pool.control().addListener(events::add);
        Site.until(() -> site.pool.snapshot().getIdle() == 2);
    }

    @AfterEach
    void stop() {
        site.close();
    }

    @Test
    void oneConnectionIsEvicted() {
        long number = site.pool.control().connections().get(0).getNumber();
        site.operate("evict", body(",\"connection\":" + number));
        Site.until(() -> site.pool.control().recentlyClosed().stream().anyMatch(it -> it.getNumber() == number));
        assertNoted("evicted connection " + number, PoolEvent.Evicted.class);
        assertEquals(409, refused("evict", body(",\"connection\":" + number)).statusCode());
    }

    @Test
    void allConnectionsAreEvicted() {
        site.operate("evict-all", body(""));
        Site.until(() -> site.pool.control().recentlyClosed().size() == 2);
        assertNoted("evicted all connections", PoolEvent.Evicted.class);
    }

    @Test
    void idleConnectionsAreClosedCheckedAndExpired() {
        assertTrue(site.operate("check", body("")).contains("HEALTHY"));
        site.operate("remove-expired", body(""));
        site.operate("reset-times", body(""));
        assertTrue(site.operate("clear", body("")).contains("closed 2 idle connections"));
        assertNoted("closed 2 idle connections", PoolEvent.Closed.class);
    }

    @Test
    void aPauseNeedsTheNameOfThePoolAndATime() {
        for (String wrong : List.of(
                "",
                ",\"confirm\":\"order\",\"seconds\":60",
                ",\"confirm\":\"orders\"",
                ",\"confirm\":\"orders\",\"seconds\":0",
                ",\"confirm\":\"orders\",\"seconds\":3601"))
            assertEquals(400, refused("pause", body(wrong)).statusCode(), wrong);
        assertFalse(site.pool.control().isPaused());
        site.operate("pause", body(",\"confirm\":\"orders\",\"seconds\":3600"));
        assertTrue(site.pool.control().isPaused());
        assertEquals(
                409,
                refused("pause", body(",\"confirm\":\"orders\",\"seconds\":9")).statusCode());
        assertTrue(site.stream("orders", null).next("pause").data().matches("\\{\"until\":\\d+}"));
        site.operate("resume", body(""));
        assertFalse(site.pool.control().isPaused());
        assertNoted("resumed the pool", PoolEvent.Resumed.class);
    }

    @Test
    void aPauseEndsByItself() {
        site.operate("pause", body(",\"confirm\":\"orders\",\"seconds\":1"));
        Site.until(() -> !site.pool.control().isPaused());
    }

    @Test
    void aPauseThatSomebodyElseEndedIsForgotten() {
        site.operate("pause", body(",\"confirm\":\"orders\",\"seconds\":1"));
        site.pool.control().resume();
        Site.until(() -> events.stream().anyMatch(PoolEvent.Resumed.class::isInstance));
        site.pool.control().pause(); // not by the dashboard, so it stays
        assertEquals(
                "{\"until\":null}", site.stream("orders", null).next("pause").data());
        site.pool.control().resume();
    }

    @Test
    void theEndOfTheDashboardEndsItsPauses() {
        site.operate("pause", body(",\"confirm\":\"orders\",\"seconds\":3600"));
        site.server.close();
        assertFalse(site.pool.control().isPaused());
    }

    @Test
    void settingsArePreviewedAndThenChanged() {
        String wanted = body(",\"settings\":{\"maxSize\":1,\"acquireTimeout\":2500,\"idleTimeout\":null}");
        String preview = site.operate("preview", wanted);
        assertTrue(preview.contains("{\"name\":\"maxSize\",\"from\":3,\"to\":1}"), preview);
        assertTrue(preview.contains("{\"name\":\"idleTimeout\",\"from\":600000,\"to\":null}"), preview);
        assertTrue(preview.contains("1 connections are above the new size"), preview);
        assertEquals(3, site.pool.config().getMaxSize());
        site.operate("reconfigure", wanted);
        assertEquals(1, site.pool.config().getMaxSize());
        assertEquals(Duration.ofMillis(2500), site.pool.config().getAcquireTimeout());
        assertNoted("changed maxSize from 3 to 1", PoolEvent.Reconfigured.class);
    }

    @Test
    void wrongSettingsAreRefusedWithTheReason() {
        String wanted = body(",\"settings\":{\"maxSize\":0}");
        assertTrue(site.operate("preview", wanted).contains("maxSize is 0 but must be at least 1"));
        HttpResponse<String> answer = refused("reconfigure", wanted);
        assertEquals(400, answer.statusCode());
        assertTrue(answer.body().contains("maxSize is 0 but must be at least 1"), answer.body());
        for (String wrong : List.of(
                "\"url\":\"x\"", "\"maxSize\":\"9\"", "\"maxSize\":1.5", "\"maxSize\":null", "\"maxSize\":99999999999"))
            assertEquals(
                    400,
                    refused("reconfigure", body(",\"settings\":{" + wrong + "}"))
                            .statusCode(),
                    wrong);
        assertEquals(3, site.pool.config().getMaxSize());
    }

    @Test
    void anAlertIsShownAndAcknowledged() {
        AlertRule rule = new AlertRule("leases", AlertLevel.WARNING, Figure.UTILIZATION, 0.01);
        try (PoolMonitor monitor = PoolMonitor.builder(site.pool.control())
                        .interval(Duration.ofMillis(100))
                        .alert(rule)
                        .start();
                Site shown = new Site(
                        site.pool,
                        new Options(
                                new Tokens(Site.OPERATE, Site.VIEW),
                                HostNames.of(Set.of()),
                                false,
                                List.of(monitor),
                                50,
                                10_000))) {
            site.lease();
            Site.until(() -> !monitor.getAlerts().getActive().isEmpty());
            assertEquals(409, refused("acknowledge", body(",\"alert\":99")).statusCode());
            shown.operate("acknowledge", body(",\"alert\":1"));
            Reader reader = shown.stream("orders", null);
            String state = reader.next("state").data();
            assertTrue(state.contains("\"name\":\"leases\",\"level\":\"WARNING\""), state);
            assertTrue(state.contains("\"acknowledgedBy\":\"dashboard: a client at 127.0.0.1\""), state);
        }
    }

    @Test
    void theUsageIsWatchedOnceAnOperatorAsksForIt() throws Exception {
        assertTrue(site.stream("orders", null).next("state").data().contains("\"usage\":{\"watched\":false}"));
        for (String wrong : List.of("", ",\"on\":null", ",\"on\":\"true\"", ",\"on\":1"))
            assertEquals(400, refused("watch-usage", body(wrong)).statusCode(), wrong);
        site.operate("watch-usage", body(",\"on\":true"));
        assertNoted("began to watch the usage", null);
        String state = Caller.named("checkout", () -> {
            site.lease();
            return stateWith("\"caller\":\"checkout\",\"held\"");
        });
        assertTrue(state.contains("\"kind\":\"UNKNOWN\",\"size\":0,\"text\":"), state);
        assertTrue(state.contains("\"slowest\":[{\"connection\":"), state);
        site.operate("watch-usage", body(",\"on\":false"));
        assertFalse(site.pool.control().getWatchUsage());
    }

    @Test
    void theCallersBeyondTheFirstTwentyAreAddedUp() throws Exception {
        site.pool.control().setWatchUsage(true);
        site.lease();
        for (int i = 0; i < 22; i++) {
            String name = "caller " + i;
            Caller.named(name, () -> {
                Site.until(() -> site.pool.control().callers().stream()
                        .anyMatch(usage -> usage.getCaller().equals(name)));
                return null;
            });
        }
        // Between two names it has none, which counts, too.
        String state = stateWith("\"more\":[23],\"moreHeld\":[1-9]");
        assertEquals(20, state.split("\"waited\":", -1).length - 1, state);
    }

    /** The first state in which this is found. */
    private String stateWith(String text) {
        Pattern pattern = Pattern.compile(text);
        Reader reader = site.stream("orders", null);
        while (true) {
            String state = reader.next("state").data();
            if (pattern.matcher(state).find()) return state;
        }
    }

    @Test
    void aDiagnosisNamesTheHolderAndHidesLiterals() {
        site.factory.setStatement("update users set password = 'hunter2' where id = 7");
        site.lease();
        String found = site.operate("diagnose", body(""));
        assertTrue(found.contains("update users set password = ? where id = ?"), found);
        assertTrue(found.contains("OperationsTest"), "the stack of the holder");
        assertFalse(found.contains("hunter2"), found);
        assertNoted("asked for a diagnosis", null);
    }

    @Test
    void statementsAreHiddenUnlessAskedFor() {
        Options options = new Options(new Tokens(Site.OPERATE, null), HostNames.of(Set.of()), false, List.of());
        try (Site hidden = new Site("hidden", 1, options)) {
            hidden.factory.setStatement("select secrets");
            hidden.lease();
            String found = hidden.operate("diagnose", "{\"pool\":\"hidden\"}");
            assertTrue(found.contains("\"active\":true,\"sql\":null"), found);
        }
    }

    /** Noted in the events of the page; and if the pool sends an event, that names the client. */
    private void assertNoted(String text, Class<? extends PoolEvent> event) {
        String log = site.stream("orders", null).next("log").data();
        assertTrue(log.contains("a client at 127.0.0.1 " + text), log);
        if (event == null || event == PoolEvent.Closed.class) return;
        Site.until(() -> events.stream().anyMatch(event::isInstance));
        PoolEvent found = events.stream().filter(event::isInstance).findFirst().orElseThrow();
        assertTrue(found.toString().contains("dashboard: a client at 127.0.0.1"), found.toString());
    }

    private HttpResponse<String> refused(String operation, String json) {
        return site.send(Site.as(Site.OPERATE, site.post("api/" + operation, json)));
    }

    private static String body(String more) {
        return "{\"pool\":\"orders\"" + more + "}";
    }
}
