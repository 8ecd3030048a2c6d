package dev.rockpool.internal.core.upkeep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.internal.core.slot.Slot;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One connection is kept fresh while there is little traffic. All times in milliseconds. */
class KeptConnectionTest {
    private static final long MS = 1_000_000;

    private final TestSettings settings = new TestSettings();
    private TestPool pool;

    /** Two connections with a trust window of a second. The second one was leased just now. */
    @BeforeEach
    void useOne() {
        settings.size = 2;
        settings.trust = 1_000 * MS;
        settings.tick = 100 * MS;
        pool = new TestPool(settings);
        pool.fill(2);
        plan(0);
        pool.lend(1);
        pool.release(1);
        plan(10);
    }

    @Test
    void theConnectionUsedLastIsProbedWhenNoneIsTrusted() {
        assertEquals(List.of(), probes(plan(1_009)));
        assertTrue(pool.slot(0).isStale());

        assertEquals(List.of(1), probes(plan(1_010)));
    }

    @Test
    void afterItsProbeItIsKeptAndThenProbedAgain() {
        probeAndKeep();

        assertEquals(List.of(), probes(plan(2_019)));
        assertTrue(pool.slot(1).isKept());
        assertEquals(List.of(1), probes(plan(2_020)));
        assertNull(pool.slots.kept());
    }

    @Test
    void theKeeperLooksEveryTickAndWhenTheTrustWindowEnds() {
        probeAndKeep();

        assertEquals(1_200 * MS, plan(1_100).nextLook());
        assertEquals(2_020 * MS, plan(1_990).nextLook());
    }

    @Test
    void aKeptConnectionStaysKeptUntilTrafficHasEnded() {
        probeAndKeep();

        for (long millis = 2_020; millis < 30_010; millis += 1_000) reprobe(millis);
        assertTrue(pool.slot(1).isKept());

        assertEquals(List.of(), probes(plan(30_010)));
        assertTrue(pool.slot(1).isStale());
        assertFalse(pool.slot(1).isTrusted());
        assertNull(pool.slots.kept());
        assertEquals(TestSettings.NEVER, plan(30_011).nextLook());
    }

    @Test
    void aPausedPoolKeepsNothingFresh() {
        probeAndKeep();
        pool.state.lifecycle().pause();

        assertEquals(List.of(), probes(plan(1_021)));

        assertFalse(pool.slot(1).isKept());
        assertTrue(pool.slot(1).isStale());
    }

    @Test
    void nothingIsChangedWhileACallerWaits() {
        pool.lend(0);
        pool.lend(1);
        pool.wait(1);
        pool.slot(0).release(pool.slot(0).ticket()); // about to be handed over

        plan(5_000);
        plan(9_000);

        assertFalse(pool.slot(0).isStale());
    }

    @Test
    void connectionsThatAreTrustedForEverAreNotMarkedStale() {
        settings.trust = TestSettings.NEVER;
        pool.planner.settings(settings.get());

        assertEquals(1_000_100 * MS, plan(1_000_000).nextLook());

        assertTrue(pool.slot(0).isTrusted());
        assertTrue(pool.slot(1).isTrusted());
    }

    /** Ends at 1,020 ms, with the slot kept since its probe succeeded then. */
    private void probeAndKeep() {
        plan(1_010);
        pool.slot(1).probeSucceeded(1_020 * MS, 10 * MS);
        plan(1_020);
        Slot<String> slot = pool.slot(1);
        assertTrue(slot.isKept());
        assertSame(slot, pool.slots.kept());
        assertFalse(pool.slot(0).isKept());
    }

    private void reprobe(long millis) {
        assertEquals(List.of(1), probes(plan(millis)));
        pool.slot(1).probeSucceeded(millis * MS, 0);
        plan(millis);
    }

    private Plan<String> plan(long millis) {
        return pool.plan(millis * MS);
    }

    private static List<Integer> probes(Plan<String> plan) {
        return TestPool.indexes(plan.probe());
    }
}
