package dev.rockpool.internal.core.lending;

import static dev.rockpool.internal.core.lending.TestPool.HOLDER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.internal.core.queue.CallerClass;
import dev.rockpool.internal.core.queue.Demand;
import dev.rockpool.internal.core.queue.TestWaiter;
import dev.rockpool.internal.core.queue.Waiter.Outcome;
import dev.rockpool.internal.core.slot.Phase;
import dev.rockpool.internal.core.slot.Slot;
import org.junit.jupiter.api.Test;

class GatedLendingTest {
    private static final int WINDOW = 100;
    private static final Demand<String> LAST = new Demand<>(null, TestPool.preferring(2, 1));

    private final TestPool pool = new TestPool(3, Integer.MAX_VALUE, WINDOW);

    @Test
    void theSlotOfTheLowestCostIsLentToItsHolder() {
        Slot<String> slot = lendTo(LAST);

        assertEquals(2, slot.index());
        assertSame(HOLDER, slot.holder(slot.ticket()));
    }

    @Test
    void underQuotasTheRankDecidesBecauseTheCostMayCallUserCode() {
        pool.callers("batch", 3, 0);

        assertEquals(1, lendTo(LAST).index());
    }

    @Test
    void aCallerWithoutPreferenceGetsAnySlot() {
        assertEquals(0, lendTo(null).index());
        assertEquals(1, lendTo(new Demand<>(null, null)).index());
        CallerClass batch = pool.callers("batch", 3, 0);
        assertEquals(2, pool.lendTo(batch).index());
        assertNull(lendTo(null));
    }

    @Test
    void aStaleSlotIsLentOnlyOnRequestAndOnlyIfNoneIsFresh() {
        assertStaleSlotsAreLentOnlyOnRequest();
        assertFalse(pool.state.isLimited());
    }

    private void assertStaleSlotsAreLentOnlyOnRequest() {
        pool.slots.get(0).markStale();
        pool.slots.get(1).markStale();
        assertEquals(2, lendEvenIfStale(LAST).index());
        assertEquals(1, pool.leased());
        assertNull(lendTo(LAST));
        assertEquals(0, lendEvenIfStale(LAST).index());
    }

    @Test
    void underQuotasAStaleSlotIsLentOnlyOnRequestToo() {
        pool.callers("batch", 3, 0);
        assertStaleSlotsAreLentOnlyOnRequest();
        assertEquals(1, pool.state.tryLendEvenIfStale(HOLDER).index());
        assertNull(pool.state.tryLendEvenIfStale(HOLDER));
    }

    @Test
    void lendingAStaleSlotCreatesNoQuotas() {
        assertNotNull(pool.state.tryLendEvenIfStale(HOLDER));
        assertFalse(pool.state.isLimited());
    }

    @Test
    void aClassGetsNoMoreThanItsMaximumUntilALeaseEnds() {
        CallerClass batch = pool.callers("batch", 1, 0);
        Slot<String> held = pool.lendTo(batch);
        assertNull(lendTo(new Demand<>(batch, null)));
        assertEquals(1, pool.leased());
        pool.release(held);
        assertNotNull(lendTo(new Demand<>(batch, null)));
    }

    @Test
    void callersWithoutClassGetOnlyWhatIsNotReserved() {
        CallerClass web = pool.callers("web", 3, 2);
        assertNotNull(pool.state.tryLend());
        assertNull(pool.state.tryLend());
        assertNull(pool.state.tryLendEvenIfStale(HOLDER));
        pool.lendTo(web);
        pool.lendTo(web);
    }

    @Test
    void aWaiterThatItsQuotaAllowsGoesBeforeNewcomers() {
        CallerClass batch = pool.callers("batch", 1, 0);
        for (Slot<String> slot : pool.slots.all()) slot.markStale();
        TestWaiter waiter = pool.waiterOf(batch);
        assertNull(lendEvenIfStale(null));
        assertTrue(waiter.decide(Outcome.CANCELLED));
        pool.state.queueing().leave(waiter);
        assertNotNull(lendEvenIfStale(null));
    }

    @Test
    void newcomersPassAWaiterThatItsQuotaHoldsBack() {
        CallerClass batch = pool.callers("batch", 1, 0);
        pool.lendTo(batch);
        pool.waiterOf(batch);

        assertNotNull(lendTo(null));
    }

    @Test
    void nothingIsLentDuringAPauseOrAfterTheEnd() {
        pool.state.lifecycle().pause();
        assertNothingIsLent();
        pool.state.lifecycle().resume();
        pool.callers("batch", 3, 0);
        pool.state.lifecycle().pause();
        assertNothingIsLent();
        pool.state.lifecycle().resume();
        pool.release(lendTo(null));
        pool.state.lifecycle().close();
        assertNothingIsLent();
    }

    @Test
    void newcomersPassAThreadUntilItsBargingWindowEnds() {
        wakeAThread();
        pool.now += WINDOW - 1;
        assertNotNull(lendTo(LAST));
        assertNotNull(pool.state.tryLend());
        pool.now += 1;
        assertNull(lendTo(LAST));
        assertNull(pool.state.tryLend());
        assertNull(pool.state.tryLendEvenIfStale(HOLDER));
    }

    @Test
    void theKeptSlotIsPeekedAtFromNow() {
        keepFirst();
        assertSame(pool.slots.get(0), pool.state.startPeek());
        assertEquals(Phase.PROBING, pool.slots.get(0).phase());
        assertEquals(pool.now, pool.slots.get(0).begunAt);
    }

    @Test
    void thereIsNoPeekWithoutAKeptSlot() {
        assertNull(pool.state.startPeek());
        keepFirst();
        pool.slots.get(0).markStale();
        assertNull(pool.state.startPeek());
    }

    @Test
    void thereIsNoPeekUnderQuotas() {
        pool.callers("batch", 3, 0);
        keepFirst();

        assertNull(pool.state.startPeek());
    }

    @Test
    void aPeekPassesAThreadOnlyWithinItsBargingWindow() {
        wakeAThread();
        keepFirst();
        pool.now += WINDOW;
        assertNull(pool.state.startPeek());
        pool.now -= 1;
        assertNotNull(pool.state.startPeek());
    }

    /** A thread is woken to look for a slot; all slots are idle. */
    private void wakeAThread() {
        for (int i = 0; i < 3; i++) pool.lend();
        TestWaiter thread = pool.parked();
        for (Slot<String> slot : pool.slots.all()) pool.release(slot);
        assertTrue(thread.isWoken());
    }

    private void keepFirst() {
        assertTrue(pool.slots.get(0).keep());
        pool.slots.kept(pool.slots.get(0));
    }

    private void assertNothingIsLent() {
        assertNull(pool.state.tryLend());
        assertNull(lendTo(null));
        assertNull(lendEvenIfStale(LAST));
        assertNull(pool.state.tryLendEvenIfStale(HOLDER));
        assertEquals(0, pool.leased());
    }

    private Slot<String> lendTo(Demand<String> demand) {
        return pool.state.tryLendTo(demand, HOLDER, false);
    }

    private Slot<String> lendEvenIfStale(Demand<String> demand) {
        return pool.state.tryLendTo(demand, HOLDER, true);
    }
}
