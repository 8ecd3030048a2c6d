package dev.rockpool.internal.core.lending;

import static dev.rockpool.internal.core.lending.TestPool.HOLDER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.CloseReason;
import dev.rockpool.internal.core.queue.TestWaiter;
import dev.rockpool.internal.core.queue.Waiter.Outcome;
import dev.rockpool.internal.core.slot.Phase;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.core.stats.LatencyStats;
import java.util.List;
import org.junit.jupiter.api.Test;

class PoolStateLeasesTest {
    private static final long SECOND = 1_000_000_000;

    private final TestPool pool = new TestPool(3);
    private final LatencyStats times = pool.state.recorder().times();
    private final RecordedLeases leases = new RecordedLeases();
    private final List<String> events = leases.events;

    @Test
    void aLeaseGrantedAtOnceIsRecordedFromItsStart() {
        pool.state.recorder().listener(leases);
        pool.lend();
        pool.state.tryLendTo(null, HOLDER, false);
        pool.state.tryLendEvenIfStale(HOLDER);

        assertEquals(List.of("acquired 1", "acquired 2", "acquired 3"), events);
        assertEquals(1_000, times.acquiredAt());
    }

    @Test
    void aWaiterThatWasNotPublishedIsServedIfASlotIsFree() {
        pool.state.recorder().listener(leases);
        TestWaiter waiter = TestWaiter.suspended(pool.now);
        assertTrue(pool.state.lendTo(waiter));
        assertEquals(Outcome.SERVED, waiter.outcome());
        assertEquals(List.of("acquired 1"), events);
        pool.lend();
        pool.lend();
        assertFalse(pool.state.lendTo(TestWaiter.suspended(pool.now)));
    }

    @Test
    void aWaiterThatIsDecidedAlreadyIsNotServed() {
        TestWaiter waiter = TestWaiter.suspended(pool.now);
        waiter.decide(Outcome.CANCELLED);

        assertFalse(pool.state.lendTo(waiter));
    }

    @Test
    void aServedWaiterIsRecordedWithItsWait() {
        pool.state.recorder().listener(leases);
        for (int i = 0; i < 3; i++) pool.lend();
        TestWaiter waiter = pool.suspended();
        pool.now += 70;
        pool.release(pool.slots.get(1));
        pool.state.served(waiter);

        assertEquals(1, times.waitCount());
        assertEquals(70, times.waitTotals(new long[0]).sum());
        assertEquals(List.of("acquired 1", "acquired 2", "acquired 3", "released 2", "acquired 2"), events);
    }

    @Test
    void theEndOfALeaseIsRecordedHoweverItEnds() {
        Slot<String> returned = pool.lend();
        Slot<String> retired = pool.lend();
        Slot<String> discarded = pool.lend();
        pool.state.recorder().listener(leases);
        pool.now += 10;
        pool.release(returned);
        assertTrue(retired.retire(CloseReason.EVICTED));
        pool.release(retired);
        pool.discard(discarded);

        assertEquals(List.of("released 1", "released 2", "released 3"), events);
        assertEquals(30, times.use().totals(new long[0]).sum());
    }

    @Test
    void aLateReleaseIsNeitherDoneNorRecorded() {
        Slot<String> slot = pool.lend();
        long ticket = slot.ticket();
        pool.release(slot);
        pool.state.recorder().listener(leases);

        assertFalse(pool.state.release(slot, ticket).isDone());
        assertFalse(
                pool.state.discard(slot, ticket, CloseReason.EVICTED, "test").isDone());
        assertEquals(List.of(), events);
    }

    @Test
    void aThreadGetsTheSlotThatItReleasedLast() {
        releaseInOrder(1, 0);
        assertEquals(0, pool.lend().index());
        pool.release(pool.slots.get(0));
        releaseInOrder(0, 1);
        assertEquals(1, pool.lend().index());
    }

    @Test
    void aThreadGetsTheSlotBackAlsoAfterALeaseThatIsNotRecorded() {
        recordNone();
        aThreadGetsTheSlotThatItReleasedLast();
        assertEquals(LatencyStats.NEVER, times.releasedAt());
    }

    @Test
    void aSlotThatAWaiterIsGoingToGetIsNotKeptForItsLastThread() {
        for (int i = 0; i < 2; i++) {
            pool.lend();
            pool.lend();
            pool.state.lifecycle().pause();
            TestWaiter waiter = pool.suspended();
            pool.release(pool.slots.get(0));
            pool.release(pool.slots.get(1));
            waiter.decide(Outcome.CANCELLED);
            pool.state.queueing().leave(waiter);
            pool.state.lifecycle().resume();
            assertEquals(0, lendAndReturn());
            recordNone();
        }
    }

    @Test
    void aLateReleaseDoesNotChangeWhichSlotIsLentNext() {
        recordNone();
        Slot<String> slot = pool.slots.get(1);
        pool.lend();
        pool.lend();
        long ticket = slot.ticket();
        pool.release(slot);
        pool.release(pool.slots.get(0));
        pool.state.release(slot, ticket);

        assertEquals(0, pool.lend().index());
    }

    @Test
    void aRetiredConnectionIsClosedOnReturnEvenIfItsLeaseIsNotRecorded() {
        recordNone();
        Slot<String> slot = pool.lend();
        assertTrue(slot.retire(CloseReason.LIFETIME));
        Actions<String> actions = pool.release(slot);

        assertEquals(List.of(slot), actions.closes());
        assertEquals(CloseReason.LIFETIME, slot.closeReason());
        assertSame(Phase.CLOSING, slot.phase());
    }

    @Test
    void aReleaseHandsItsSlotToTheNextWaiterWhetherItIsRecordedOrNot() {
        assertReleaseServesAWaiter();
        for (Slot<String> slot : pool.slots.all()) pool.release(slot);
        recordNone();
        assertReleaseServesAWaiter();
    }

    @Test
    void theSlotOfAWaiterThatCouldNotBeResumedGoesToTheNext() {
        for (int i = 0; i < 3; i++) pool.lend();
        TestWaiter first = pool.suspended();
        TestWaiter second = pool.suspended();
        assertSame(Actions.none(), pool.state.undelivered(second));
        pool.release(pool.slots.get(2));

        assertEquals(List.of(second), TestPool.resumed(pool.state.undelivered(first)));
        assertEquals(2, second.slot().index());
    }

    @Test
    void afterAConnectionDiedEachWaiterWakesTheKeeper() {
        for (int i = 0; i < 3; i++) pool.lend();
        pool.state.queueing().wakePolicy(WakePolicy.NOTHING);
        TestWaiter waiter = TestWaiter.suspended(pool.now);
        assertFalse(pool.state.queueing().enqueue(waiter).wakesKeeper());
        assertTrue(pool.state.markAllStale().wakesKeeper());
        assertTrue(pool.state.queueing().enqueue(TestWaiter.suspended(pool.now)).wakesKeeper());
    }

    private void assertReleaseServesAWaiter() {
        for (int i = 0; i < 3; i++) pool.lend();
        TestWaiter waiter = pool.suspended();
        assertEquals(List.of(waiter), TestPool.resumed(pool.release(pool.slots.get(1))));
    }

    /** Lends the first two slots, and returns them in this order. */
    private void releaseInOrder(int first, int second) {
        List<Slot<String>> held = List.of(pool.lend(), pool.lend());
        assertEquals(1, held.get(0).index() + held.get(1).index());
        pool.release(pool.slots.get(first));
        pool.release(pool.slots.get(second));
    }

    private int lendAndReturn() {
        Slot<String> slot = pool.lend();
        pool.release(slot);
        return slot.index();
    }

    /** So many leases per second that the next hundred are not in the sample. */
    private void recordNone() {
        for (Slot<String> slot : pool.slots.all()) {
            while (slot.leases() < 2) {
                assertTrue(slot.lend());
                assertTrue(slot.release(slot.ticket()));
            }
        }
        pool.state.recorder().look(pool.now + 2 * SECOND, 1_000_000_000);
    }
}
