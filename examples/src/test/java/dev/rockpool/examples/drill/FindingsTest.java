package dev.rockpool.examples.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class FindingsTest {
    private static final Occupancy EMPTY = new Occupancy(0, 0, 0, 0, 10, 10, 0);
    private static final Occupancy IDLE = new Occupancy(0, 10, 0, 10, 10, 0, 0);
    private static final Check SOUND = new Check("the money adds up", true, "");

    @Test
    void aSoundDrillPassesEveryCheck() {
        assertEquals(List.of(), failed(findings(0, 10, null, IDLE, EMPTY, 0, SOUND)));
    }

    @Test
    void aStuckCallerFails() {
        assertEquals(List.of("every caller ended"), failed(findings(1, 10, null, IDLE, EMPTY, 0, SOUND)));
    }

    @Test
    void anActiveLeaseFails() {
        Occupancy leaking = new Occupancy(1, 9, 0, 10, 10, 0, 0);
        assertEquals(
                List.of("nothing is leased or pending after the drain"),
                failed(findings(0, 10, null, leaking, EMPTY, 0, SOUND)));
    }

    @Test
    void oneConnectionTooManyFails() {
        assertEquals(
                List.of("never more connections than allowed"), failed(findings(0, 11, null, IDLE, EMPTY, 0, SOUND)));
    }

    @Test
    void anUnwatchedLimitFails() {
        assertEquals(
                List.of("never more connections than allowed"),
                failed(findings(0, 10, "connection lost", IDLE, EMPTY, 0, SOUND)));
    }

    @Test
    void aSessionThatOutlivesThePoolFails() {
        assertEquals(
                List.of("the closed pool has no connection left"),
                failed(findings(0, 10, null, IDLE, EMPTY, 1, SOUND)));
        assertEquals(
                List.of("the closed pool has no connection left"),
                failed(findings(0, 10, null, IDLE, EMPTY, null, SOUND)));
    }

    @Test
    void moneyThatDoesNotAddUpFails() {
        Check wrong = new Check("the money adds up", false, "");
        assertEquals(List.of("the money adds up"), failed(findings(0, 10, null, IDLE, EMPTY, 0, wrong)));
    }

    private static Findings findings(
            int stuck,
            int peakOnServer,
            String watchFailure,
            Occupancy drained,
            Occupancy closed,
            Integer sessionsLeft,
            Check outcome) {
        return new Findings(
                64, stuck, 1_000, 10, 10, peakOnServer, 100, watchFailure, drained, closed, sessionsLeft, outcome);
    }

    private static List<String> failed(Findings findings) {
        return findings.checks().stream()
                .filter(check -> !check.passed())
                .map(Check::name)
                .toList();
    }
}
