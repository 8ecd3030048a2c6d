package dev.rockpool.internal.core.upkeep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.CloseReason;
import dev.rockpool.internal.core.slot.Slot;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProbeRulesTest {
    private final TestSettings settings = new TestSettings();

    @Test
    void aFreshConnectionMeetsARequestForOne() {
        TestPool pool = new TestPool(settings);
        pool.fill(2);
        pool.slot(0).markStale();
        pool.state.queueing().requestFresh();

        assertEquals(List.of(), probes(pool.plan(0)));

        assertFalse(pool.state.queueing().isFreshRequested());
    }

    @Test
    void oneStaleConnectionIsProbedForARequest() {
        TestPool pool = new TestPool(settings);
        pool.fill(2);
        pool.state.markAllStale();
        pool.state.queueing().requestFresh();

        assertEquals(List.of(0), probes(pool.plan(1)));
        assertEquals(List.of(), probes(pool.plan(2)));
        assertTrue(pool.state.queueing().isFreshRequested());

        pool.slot(0).probeSucceeded(3, 1);
        pool.plan(3);
        assertFalse(pool.state.queueing().isFreshRequested());
    }

    @Test
    void withoutARequestOrAWaiterNothingStaleIsProbed() {
        TestPool pool = new TestPool(settings);
        pool.fill(2);
        pool.state.markAllStale();

        assertEquals(List.of(), probes(pool.plan(1)));
    }

    @Test
    void ifEachLeaseIsProbedAnIdleConnectionMeetsARequest() {
        settings.trust = 0;
        TestPool pool = new TestPool(settings);
        pool.fill(1);
        pool.slot(0).markStale();
        pool.state.queueing().requestFresh();

        assertEquals(List.of(), probes(pool.plan(1)));

        assertFalse(pool.state.queueing().isFreshRequested());
    }

    @Test
    void ifEachLeaseIsProbedAndAllAreLeasedTheRequestLasts() {
        settings.trust = 0;
        settings.size = 1;
        TestPool pool = new TestPool(settings);
        pool.fill(1);
        pool.lend(0);
        pool.state.queueing().requestFresh();

        pool.plan(1);

        assertTrue(pool.state.queueing().isFreshRequested());
    }

    @Test
    void eachConnectionHasAKeepaliveIntervalOfItsOwn() {
        settings.keepalive = 1_000;
        TestPool pool = stalePool(2);

        assertEquals(876, pool.plan(1).nextLook()); // its number takes 12.4 % off, that of the other 4.7 %
        assertEquals(List.of(), probes(pool.plan(875)));
        assertEquals(List.of(0), probes(pool.plan(876)));
        assertEquals(952, pool.plan(900).nextLook());
        assertEquals(List.of(), probes(pool.plan(951)));
        assertEquals(List.of(1), probes(pool.plan(952)));
    }

    @Test
    void aSuccessfulProbeBeginsTheNextKeepaliveInterval() {
        settings.keepalive = 1_000;
        TestPool pool = stalePool(1);
        pool.plan(876);
        pool.slot(0).probeSucceeded(900, 24);

        assertEquals(List.of(), probes(pool.plan(1_775)));
        assertEquals(List.of(0), probes(pool.plan(1_776)));
    }

    @Test
    void aConnectionThatCannotBeProbedNowIsTriedAgainAfterATick() {
        settings.keepalive = 1_000;
        settings.tick = 10;
        TestPool pool = stalePool(1);
        pool.slot(0).retire(CloseReason.EVICTED); // and about to be closed

        Plan<String> plan = pool.plan(2_000);

        assertEquals(List.of(), plan.probe());
        assertEquals(2_010, plan.nextLook());
    }

    @Test
    void oneStaleConnectionIsProbedForEachWaiterMinusThoseThatAreProbed() {
        settings.slowProbe = 100;
        TestPool pool = new TestPool(settings);
        pool.fill(4);
        pool.state.markAllStale();
        pool.slot(3).startProbe(0);
        pool.state.lifecycle().pause(); // so that no waiter starts a probe itself
        pool.wait(3);
        pool.state.lifecycle().resume();

        assertEquals(List.of(0, 1), probes(pool.plan(50)));
        pool.slot(0).probeSkipped();
        pool.slot(1).probeSkipped();

        assertEquals(List.of(0, 1, 2), probes(pool.plan(100)));
    }

    /** The first look was at 0, when the connections were idle and no longer trusted. */
    private TestPool stalePool(int count) {
        TestPool pool = new TestPool(settings);
        pool.fill(count);
        for (Slot<String> slot : pool.slots.all()) slot.markStale();
        pool.plan(0);
        return pool;
    }

    private static List<Integer> probes(Plan<String> plan) {
        return TestPool.indexes(plan.probe());
    }
}
