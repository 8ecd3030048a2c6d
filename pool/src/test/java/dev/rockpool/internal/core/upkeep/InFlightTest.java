package dev.rockpool.internal.core.upkeep;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class InFlightTest {
    private final TestSettings settings = new TestSettings();

    @Test
    void connectsAndProbesAreSlowAfterTheirTime() {
        settings.size = 5;
        settings.slowOpen = 1_000;
        settings.slowProbe = 250;
        TestPool pool = new TestPool(settings);
        pool.fill(3);
        pool.slot(0).startProbe(100);
        pool.slot(1).startProbe(150);
        pool.slot(2).startProbe(160);
        pool.slot(3).reserve(10);
        pool.slot(4).reserve(20);

        assertEquals("opening 2 slow 0 fresh 2, probes fresh 3, all 5, help 5, next 350", at(pool, 349));
        assertEquals("opening 2 slow 0 fresh 2, probes fresh 2, all 5, help 2, next 400", at(pool, 350));
        assertEquals("opening 2 slow 0 fresh 2, probes fresh 0, all 5, help 2, next 1010", at(pool, 1_009));
        assertEquals("opening 2 slow 1 fresh 1, probes fresh 0, all 5, help 1, next 1020", at(pool, 1_010));
        assertEquals(
                "opening 2 slow 2 fresh 0, probes fresh 0, all 5, help 0, next 9223372036854775807", at(pool, 1_020));
    }

    @Test
    void openConnectionsAreFreshStaleOrJustTaken() {
        settings.size = 7;
        TestPool pool = new TestPool(settings);
        pool.fill(7);
        for (int i = 0; i < 3; i++) pool.slot(i).markStale();
        pool.slot(3).lend();
        pool.slot(4).lend();
        pool.lend(5);

        InFlight inFlight = InFlight.of(pool.slots, 0, settings.get());

        assertEquals(3, inFlight.stale());
        assertEquals(2, inFlight.delivering());
        assertEquals(1, inFlight.fresh());
        assertEquals(3, inFlight.help());
        assertEquals(0, inFlight.all());
    }

    private String at(TestPool pool, long now) {
        InFlight is = InFlight.of(pool.slots, now, settings.get());
        return "opening " + is.opening() + " slow " + is.slowOpens() + " fresh " + is.freshOpens() + ", probes fresh "
                + is.freshProbes() + ", all " + is.all() + ", help " + is.help() + ", next " + is.nextSlow();
    }
}
