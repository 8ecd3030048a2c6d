package dev.rockpool.internal.core.lending;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.CloseReason;
import dev.rockpool.internal.core.queue.CallerClass;
import dev.rockpool.internal.core.queue.TestWaiter;
import dev.rockpool.internal.core.slot.Slot;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which waiters are served when a lease of a class with a quota ends. */
class QuotaHandOverTest {
    private final TestPool pool = new TestPool(2, 2, 100);
    private final CallerClass batch = pool.callers("batch", 1, 0);

    @Test
    void aReturnedSlotGoesToTheFirstAllowedWaiterAndTheKeeperLooksForTheRest() {
        Slot<String> held = pool.lendTo(batch);
        pool.lend();
        TestWaiter plain = pool.suspended();
        pool.waiterOf(batch);
        Actions<String> actions = pool.release(held);

        assertEquals(List.of(plain), TestPool.resumed(actions));
        assertTrue(actions.wakesKeeper());
    }

    @Test
    void theKeeperIsNotWokenForWaitersThatAreStillHeldBack() {
        Slot<String> held = pool.lendTo(batch);
        pool.lend();
        TestWaiter first = pool.waiterOf(batch);
        pool.waiterOf(batch);
        Actions<String> actions = pool.release(held);

        assertEquals(List.of(first), TestPool.resumed(actions));
        assertFalse(actions.wakesKeeper());
    }

    @Test
    void aDiscardLetsAHeldBackWaiterHaveAnIdleSlot() {
        Slot<String> held = pool.lendTo(batch);
        TestWaiter waiter = pool.waiterOf(batch);
        Actions<String> actions = pool.discard(held);

        assertEquals(List.of(waiter), TestPool.resumed(actions));
        assertEquals(List.of(held), actions.closes());
    }

    @Test
    void theReturnOfARetiredConnectionLetsAHeldBackWaiterHaveAnIdleSlot() {
        Slot<String> held = pool.lendTo(batch);
        TestWaiter waiter = pool.waiterOf(batch);
        assertTrue(held.retire(CloseReason.EVICTED));
        Actions<String> actions = pool.release(held);

        assertEquals(List.of(waiter), TestPool.resumed(actions));
        assertEquals(List.of(held), actions.closes());
    }

    @Test
    void theSeizureOfAConnectionLetsAHeldBackWaiterHaveAnIdleSlot() {
        Slot<String> held = pool.lendTo(batch);
        TestWaiter waiter = pool.waiterOf(batch);
        assertTrue(held.seize(CloseReason.RECLAIMED, "test"));

        assertEquals(List.of(waiter), TestPool.resumed(pool.state.leaseEnded()));
    }

    @Test
    void aDiscardThatLetsNobodyGoOnAsksForTheCloseOnly() {
        Slot<String> held = pool.lendTo(batch);
        Actions<String> actions = pool.discard(held);

        assertEquals(List.of(held), actions.closes());
        assertFalse(actions.wakesKeeper());
    }

    @Test
    void withoutQuotasTheEndOfALeaseAsksForNothing() {
        assertSame(Actions.none(), new TestPool(1).state.leaseEnded());
    }

    @Test
    void aServedWaiterCountsForItsClass() {
        Slot<String> held = pool.lendTo(batch);
        pool.lend();
        pool.waiterOf(batch);
        TestWaiter second = pool.waiterOf(batch);
        pool.release(held);
        pool.release(pool.slots.get(1));

        assertFalse(second.isDecided());
        assertEquals(1, pool.state.callers().count(batch, 2).leased());
    }

    @Test
    void aNewWaiterIsServedAtOnceIfOnlyHeldBackOnesAreBeforeIt() {
        pool.lendTo(batch);
        pool.waiterOf(batch);

        assertTrue(pool.suspended().isServed());
    }

    @Test
    void aThreadIsHandedItsSlotBecauseEachLeaseIsDecidedUnderTheLock() {
        Slot<String> held = pool.lend();
        pool.lend();
        TestWaiter thread = pool.parked();
        pool.release(held);

        assertTrue(thread.isServed());
    }

    @Test
    void aThreadWokenBeforeThereWereQuotasIsServedWhenItLooks() {
        TestPool other = new TestPool(1, Integer.MAX_VALUE, 100);
        Slot<String> held = other.lend();
        TestWaiter thread = other.parked();
        other.release(held);
        assertFalse(thread.isDecided());
        other.callers("batch", 1, 0);

        assertEquals(List.of(thread), TestPool.resumed(other.state.queueing().retryAcquire(thread)));
        assertTrue(thread.isServed());
    }

    @Test
    void aClassCannotFillTheQueueForOthers() {
        pool.lendTo(batch);
        pool.lend();
        pool.waiterOf(batch);
        pool.waiterOf(batch);
        assertEquals(Enqueued.FULL, enqueue(TestWaiter.of(batch, pool.now)));
        assertEquals(Enqueued.WAITS, enqueue(TestWaiter.suspended(pool.now)));
        assertEquals(Enqueued.WAITS, enqueue(TestWaiter.suspended(pool.now)));
        assertEquals(Enqueued.FULL, enqueue(TestWaiter.suspended(pool.now)));
    }

    @Test
    void onlyWaitersThatTheirQuotaAllowsNeedConnections() {
        pool.lendTo(batch);
        pool.lend();
        pool.waiterOf(batch);
        assertFalse(pool.state.waiters().isAnyServable());
        assertEquals(0, pool.state.waiters().toServe());
        pool.suspended();
        assertTrue(pool.state.waiters().isAnyServable());
        assertEquals(1, pool.state.waiters().toServe());
    }

    private Enqueued enqueue(TestWaiter waiter) {
        return pool.state.queueing().enqueue(waiter).enqueued();
    }
}
