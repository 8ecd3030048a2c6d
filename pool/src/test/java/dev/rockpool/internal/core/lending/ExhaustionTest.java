package dev.rockpool.internal.core.lending;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.CloseReason;
import dev.rockpool.internal.core.queue.TestWaiter;
import dev.rockpool.internal.core.queue.Waiter.Outcome;
import dev.rockpool.internal.core.slot.Slot;
import org.junit.jupiter.api.Test;

class ExhaustionTest {
    private final TestPool pool = new TestPool(2);
    private final Exhaustion<String> exhaustion = pool.state.waiters().exhaustion();

    @Test
    void itLastsFromTheFirstWaiterUntilTheLastOneLeaves() {
        lendAll();
        assertOff(0);
        TestWaiter first = pool.suspended();
        pool.now += 10;
        TestWaiter second = pool.suspended();
        pool.now += 20;
        assertOn(30, 30);
        leave(first);
        assertOn(30, 30);
        leave(second);
        assertOff(30);
        pool.now += 5;
        assertOff(30);
    }

    @Test
    void allExhaustionsAreAddedUp() {
        lendAll();
        for (int i = 0; i < 3; i++) {
            TestWaiter waiter = pool.suspended();
            pool.now += 10;
            leave(waiter);
            pool.now += 100;
        }
        pool.suspended();
        pool.now += 4;

        assertOn(4, 34);
    }

    @Test
    void thereIsNoneWhileAConnectionIsProbed() {
        pool.lend();
        Slot<String> other = pool.slots.get(1);
        assertTrue(other.startProbe(pool.now));
        pool.suspended();
        pool.now += 10;
        exhaustion.judge();
        assertOff(0);
    }

    @Test
    void itIsNoticedLaterIfThePoolBecomesSmallerWhileCallersWait() {
        pool.lend();
        Slot<String> other = pool.slots.get(1);
        assertTrue(other.startClose(CloseReason.SHRUNK, "test"));
        pool.suspended();
        pool.now += 10;
        other.closed();
        pool.slots.resize(1);
        assertOff(0);
        exhaustion.judge();
        pool.now += 3;
        exhaustion.judge();
        assertOn(3, 3);
    }

    @Test
    void itEndsWhenAConnectionIsNoLongerLeased() {
        lendAll();
        pool.suspended();
        pool.now += 10;
        pool.discard(pool.slots.get(0));
        pool.now += 10;
        assertOff(10);
    }

    @Test
    void itEndsWhenARetiredConnectionIsReturned() {
        lendAll();
        pool.suspended();
        pool.now += 10;
        Slot<String> retired = pool.slots.get(0);
        assertTrue(retired.retire(CloseReason.EVICTED));
        pool.release(retired);
        pool.now += 10;
        assertOff(10);
    }

    @Test
    void aDiscardWhileNobodyWaitsBeginsNone() {
        lendAll();
        pool.discard(pool.slots.get(0));
        assertOff(0);
    }

    @Test
    void itContinuesWhileSlotsAreHandedFromCallerToCaller() {
        lendAll();
        pool.suspended();
        pool.now += 5;
        pool.suspended();
        pool.release(pool.slots.get(0));
        pool.now += 5;
        assertOn(10, 10);
        pool.release(pool.slots.get(0));
        assertOff(10);
    }

    @Test
    void itBeginsWhenTheLastProbedConnectionIsLentAndOthersStillWait() {
        Slot<String> probed = pool.slots.get(0);
        assertTrue(probed.startProbe(pool.now));
        pool.lend();
        pool.suspended();
        pool.suspended();
        pool.now += 10;
        assertOff(0);
        assertTrue(probed.probeSucceeded(pool.now, 10));
        pool.state.offer(probed);
        pool.now += 4;
        assertOn(4, 4);
    }

    @Test
    void itBeginsWhenAWokenThreadTakesTheLastSlotAndOthersStillWait() {
        TestPool patient = new TestPool(1, Integer.MAX_VALUE, 100);
        Slot<String> held = patient.lend();
        TestWaiter thread = patient.parked();
        patient.parked();
        assertTrue(patient.state.waiters().exhaustion().isOn());
        patient.release(held);
        patient.state.waiters().exhaustion().judge();
        assertFalse(patient.state.waiters().exhaustion().isOn());
        patient.state.queueing().retryAcquire(thread);
        assertTrue(patient.state.waiters().exhaustion().isOn());
    }

    @Test
    void aClockReadEarlierNeverMakesItNegative() {
        lendAll();
        pool.suspended();

        assertEquals(0, exhaustion.current(pool.now - 5));
        assertEquals(0, exhaustion.total(pool.now - 5));
    }

    private void lendAll() {
        pool.lend();
        pool.lend();
    }

    private void leave(TestWaiter waiter) {
        assertTrue(waiter.decide(Outcome.CANCELLED));
        pool.state.queueing().leave(waiter);
    }

    private void assertOn(long current, long total) {
        assertTrue(exhaustion.isOn());
        assertEquals(current, exhaustion.current(pool.now));
        assertEquals(total, exhaustion.total(pool.now));
    }

    private void assertOff(long total) {
        assertFalse(exhaustion.isOn());
        assertEquals(-1, exhaustion.current(pool.now));
        assertEquals(total, exhaustion.total(pool.now));
    }
}
