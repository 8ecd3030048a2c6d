package dev.rockpool.internal.core.lending;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.CloseReason;
import dev.rockpool.internal.core.queue.OverloadSettings;
import dev.rockpool.internal.core.queue.TestWaiter;
import dev.rockpool.internal.core.queue.Waiter;
import dev.rockpool.internal.core.queue.Waiter.Outcome;
import dev.rockpool.internal.core.slot.Phase;
import dev.rockpool.internal.core.slot.Slot;
import java.util.List;
import org.junit.jupiter.api.Test;

class HandOverTest {
    private static final int WINDOW = 100;

    private final TestPool pool = new TestPool(2, Integer.MAX_VALUE, WINDOW);
    private final HandOverCount count = pool.state.waiters().handOvers();

    @Test
    void allIdleSlotsGoToWaitersAfterAPause() {
        pool.state.lifecycle().pause();
        List<Object> waiters = List.of(pool.suspended(), pool.suspended());
        TestWaiter third = pool.suspended();
        Actions<String> actions = pool.state.lifecycle().resume();

        assertEquals(waiters, TestPool.resumed(actions));
        assertEquals(Outcome.WAITING, third.outcome());
        assertEquals(2, count.served());
        assertEquals(2, count.begun());
    }

    @Test
    void aWaiterGetsTheSlotOfTheLowestRank() {
        pool.state.lifecycle().pause();
        TestWaiter waiter = pool.enqueue(TestWaiter.preferring(TestPool.preferring(0, 1), pool.now));
        pool.state.lifecycle().resume();

        assertEquals(1, waiter.slot().index());
    }

    @Test
    void aLeaseThatEndsWhileNobodyWaitsAsksForNothing() {
        Slot<String> held = pool.lend();
        pool.state.lifecycle().pause();

        assertSame(Actions.none(), pool.release(held));
    }

    @Test
    void aWaiterThatHasGoneLeavesNoTraceOfItsLease() {
        Slot<String> held = pool.lend();
        pool.lend();
        TestWaiter gone = pool.suspended();
        assertTrue(gone.decide(Outcome.CANCELLED));
        assertEquals(List.of(), TestPool.resumed(pool.release(held)));

        assertEquals(Phase.IDLE, held.phase());
        assertEquals(1, held.leases());
        assertEquals(0, count.begun());
        assertEquals(0, count.served());
        assertTrue(held.lend());
        assertNull(held.holder(held.ticket()));
    }

    @Test
    void aSlotRetiredOnItsWayToAWaiterThatHasGoneIsClosed() {
        Slot<String> held = pool.lend();
        pool.lend();
        pool.state.queueing().enqueue(new Leaving());
        Actions<String> actions = pool.release(held);

        assertEquals(List.of(held), actions.closes());
        assertEquals(Phase.CLOSING, held.phase());
    }

    @Test
    void waitersThatAreShedAreResumedWithTheOneThatIsServed() {
        pool.state.waiters().failed().overload(new OverloadSettings(10, 100));
        pool.lend();
        pool.lend();
        TestWaiter old = pool.suspended();
        pool.now += 110;
        TestWaiter young = pool.suspended();
        Actions<String> actions = pool.release(pool.slots.get(0));

        assertEquals(Outcome.FAILED, old.outcome());
        assertTrue(young.isServed());
        assertEquals(List.of(old, young), TestPool.resumed(actions));
    }

    @Test
    void stricterRulesMakeAllIdleConnectionsStaleOnce() {
        assertSame(Actions.none(), pool.state.probeRules(false, true));
        assertFalse(pool.slots.get(0).isStale());
        Actions<String> actions = pool.state.probeRules(true, false);
        assertTrue(actions.wakesKeeper());
        assertTrue(pool.slots.get(0).isStale());
        assertSame(Actions.none(), pool.state.probeRules(true, true));
        assertSame(Actions.none(), pool.state.probeRules(false, false));
        assertTrue(pool.state.probeRules(true, true).wakesKeeper());
    }

    @Test
    void aReturnedConnectionIsProbedAtOnceIfConfigured() {
        pool.state.probeRules(false, true);
        Slot<String> held = pool.lend();
        pool.now += 5;
        Actions<String> actions = pool.release(held);

        assertEquals(List.of(held), actions.probes());
        assertEquals(Phase.PROBING, held.phase());
        assertEquals(pool.now, held.begunAt);
        assertEquals(List.of(), Actions.none().probes());
    }

    @Test
    void aReturnedConnectionIsProbedForEachLeaseOnlyWhenACallerWaits() {
        pool.state.probeRules(true, false);
        Slot<String> first = lendEvenIfStale();
        Slot<String> second = lendEvenIfStale();
        assertSame(Actions.none(), pool.release(first));
        assertTrue(first.isStale());
        pool.slots.get(0).startClose(CloseReason.EVICTED, "test");
        TestWaiter waiter = pool.suspended();
        assertEquals(List.of(second), pool.release(second).probes());
        assertFalse(waiter.isDecided());
        assertEquals(0, count.begun());
    }

    @Test
    void nothingIsProbedDuringAPauseOrAfterTheEnd() {
        pool.state.probeRules(true, false);
        Slot<String> first = lendEvenIfStale();
        Slot<String> second = lendEvenIfStale();
        pool.state.lifecycle().pause();
        pool.suspended();
        assertEquals(List.of(), pool.release(first).probes());
        pool.state.probeRules(true, true);
        pool.state.lifecycle().close();
        assertEquals(List.of(), pool.release(second).probes());
    }

    @Test
    void aProbeCountsForTheLeaseOfTheHeadOnly() {
        pool.state.probeRules(true, false);
        Slot<String> probed = probed();
        assertEquals(List.of(), pool.state.offer(probed).probes());
        assertTrue(probed.isStale());
        assertTrue(probed.startProbe(pool.now));
        assertTrue(probed.probeSucceeded(pool.now, 1));
        TestWaiter waiter = joinUnseen();
        pool.state.offer(probed);
        assertTrue(waiter.isServed());
    }

    @Test
    void aProbeForAWaiterThatHasGoneDoesNotCountForTheNext() {
        pool.state.probeRules(true, false);
        Slot<String> probed = probed();
        TestWaiter gone = joinUnseen();
        gone.decide(Outcome.CANCELLED);
        pool.state.offer(probed);

        assertEquals(Phase.IDLE, probed.phase());
        assertTrue(probed.isStale());
    }

    @Test
    void aFreshSlotLeftToAWokenThreadIsNotProbed() {
        pool.lend();
        Slot<String> probed = pool.slots.get(1);
        assertTrue(probed.startProbe(pool.now));
        TestWaiter thread = pool.parked();
        assertTrue(probed.probeSucceeded(pool.now, 1));
        Actions<String> actions = pool.state.offer(probed);

        assertEquals(List.of(thread), TestPool.resumed(actions));
        assertTrue(thread.isWoken());
        assertEquals(List.of(), actions.probes());
        assertEquals(Phase.IDLE, probed.phase());
    }

    @Test
    void aStaleSlotThatIsOfferedWhileNobodyWaitsIsLeftToTheKeeper() {
        pool.state.lifecycle().pause();
        Slot<String> slot = pool.slots.get(0);
        slot.markStale();

        assertEquals(List.of(), pool.state.offer(slot).probes());
        assertTrue(slot.isStale());
    }

    private Slot<String> lendEvenIfStale() {
        return pool.state.tryLendEvenIfStale(TestPool.HOLDER);
    }

    /** The first connection, after a probe that succeeded; the second is leased. */
    private Slot<String> probed() {
        Slot<String> probed = pool.slots.get(0);
        assertTrue(probed.startProbe(pool.now));
        lendEvenIfStale();
        assertTrue(probed.probeSucceeded(pool.now, 1));
        return probed;
    }

    /** A waiter that joins without looking for a slot. */
    private TestWaiter joinUnseen() {
        TestWaiter waiter = TestWaiter.suspended(pool.now);
        assertEquals(WaitQueue.Joined.FIRST, pool.state.waiters().join(waiter));
        return waiter;
    }

    /** Gives up while it is served, when its slot has just been retired. */
    private final class Leaving extends Waiter<String> {
        Leaving() {
            super(pool.now, Long.MAX_VALUE);
        }

        @Override
        public boolean parks() {
            return false;
        }

        @Override
        public Object holder() {
            pool.slots.get(0).retire(CloseReason.EVICTED);
            decide(Outcome.CANCELLED);
            return TestPool.HOLDER;
        }

        @Override
        public void wake() {}
    }
}
