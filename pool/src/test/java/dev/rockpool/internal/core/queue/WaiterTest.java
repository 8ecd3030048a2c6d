package dev.rockpool.internal.core.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.Priority;
import dev.rockpool.ReusePolicy;
import dev.rockpool.internal.core.slot.Holder;
import dev.rockpool.internal.core.slot.Preference;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.core.slot.Slots;
import org.junit.jupiter.api.Test;

class WaiterTest {
    private final Slots<String> slots = new Slots<>(1, ReusePolicy.AFFINE);

    @Test
    void aServedWaiterHoldsTheLeaseOfItsSlot() {
        Slot<String> lent = lend();
        Waiter<String> waiter = TestWaiter.until(10);

        assertFalse(waiter.isServed());
        assertTrue(waiter.serve(lent));

        assertTrue(waiter.isServed());
        assertSame(lent, waiter.slot());
        assertTrue(lent.isHeldBy(waiter.ticket()));
        assertSame(Holder.UNKNOWN, lent.holder(waiter.ticket()));
        assertNull(lent.trace(waiter.ticket()));
    }

    @Test
    void theStackWhereTheWaitBeganIsThatOfTheLease() {
        Slot<String> lent = lend();
        Waiter<String> waiter = TestWaiter.until(10);
        waiter.trace = new Throwable();

        waiter.serve(lent);

        assertSame(waiter.trace, lent.trace(waiter.ticket()));
    }

    @Test
    void aWaiterIsDecidedOnce() {
        Waiter<String> waiter = TestWaiter.until(10);
        Exception cause = new Exception("test");

        assertTrue(waiter.fail(cause));
        assertFalse(waiter.decide(Waiter.Outcome.TIMED_OUT));
        assertFalse(waiter.serve(lend()));

        assertEquals(Waiter.Outcome.FAILED, waiter.outcome());
        assertSame(cause, waiter.failure());
        assertFalse(waiter.isServed());
    }

    @Test
    void aWaiterKnowsWhatItWasCreatedWith() {
        Waiter<String> waiter = TestWaiter.of(Priority.LOW, 7);

        assertEquals(Priority.LOW, waiter.priority());
        assertEquals(7, waiter.since());
        assertEquals(Long.MAX_VALUE, waiter.deadline());
        assertEquals(10, TestWaiter.until(10).deadline());
        assertEquals(Priority.NORMAL, TestWaiter.until(10).priority());
    }

    @Test
    void aWaiterWithoutADemandHasNeitherQuotaNorPreference() {
        Waiter<String> waiter = TestWaiter.until(10);

        assertNull(waiter.callers());
        assertNull(waiter.preference());
    }

    @Test
    void aDemandTellsQuotaAndPreference() {
        CallerClass callers = new CallerClass("reports", 3, 1);
        Preference<String> preference = new ByIndex();
        Waiter<String> waiter = TestWaiter.demanding(new Demand<>(callers, preference));

        assertSame(callers, waiter.callers());
        assertSame(preference, waiter.preference());
    }

    private Slot<String> lend() {
        Slot<String> slot = slots.get(0);
        slot.reserve(0);
        slot.opened("connection", 1, 0, Long.MAX_VALUE);
        return slots.lendAny();
    }

    private static final class ByIndex implements Preference<String> {
        @Override
        public long cost(Slot<String> slot) {
            return slot.index();
        }

        @Override
        public int rank(Slot<String> slot) {
            return slot.index();
        }
    }
}
