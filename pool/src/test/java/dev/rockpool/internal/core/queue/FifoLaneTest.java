package dev.rockpool.internal.core.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FifoLaneTest {
    private static final long NEVER = Long.MAX_VALUE;

    private final FifoLane<String> lane = new FifoLane<>();

    @Test
    void theFirstThatMayBeServedIsFoundInOrderOfArrival() {
        Waiter<String> first = append(TestWaiter.until(10));
        Waiter<String> second = append(TestWaiter.until(20));
        Waiter<String> third = append(TestWaiter.until(30));

        assertSame(first, lane.first(any -> true));
        assertSame(second, lane.first(waiter -> waiter != first));
        assertSame(third, lane.first(waiter -> waiter == third));
        assertNull(lane.first(any -> false));
    }

    @Test
    void aWaiterIsRemovedOnlyOnce() {
        Waiter<String> first = append(TestWaiter.until(10));
        append(TestWaiter.until(20));

        assertTrue(lane.remove(first));
        assertFalse(lane.remove(first));
        assertEquals(1, lane.size());
    }

    @Test
    void onlyWaitersThatDoNotParkAreSuspended() {
        Waiter<String> coroutine = append(TestWaiter.until(10));
        Waiter<String> thread = append(TestWaiter.parkedUntil(5));
        append(TestWaiter.until(20));
        assertEquals(2, lane.suspended());

        lane.remove(thread);
        assertEquals(2, lane.suspended());
        lane.remove(coroutine);
        assertEquals(1, lane.suspended());
    }

    @Test
    void parkedThreadsWatchTheirOwnDeadlines() {
        append(TestWaiter.parkedUntil(5));
        assertEquals(NEVER, lane.nextDeadline());
        assertNull(lane.nextExpired(100));

        Waiter<String> coroutine = append(TestWaiter.until(10));
        assertEquals(10, lane.nextDeadline());
        assertNull(lane.nextExpired(9));
        assertSame(coroutine, lane.nextExpired(10));
    }

    @Test
    void onlyAnEarlierDeadlineThanTheOneAheadNeedsTheHeap() {
        assertFalse(append(TestWaiter.until(100)).early);
        assertFalse(append(TestWaiter.until(100)).early);
        assertTrue(append(TestWaiter.until(99)).early);
        assertFalse(append(TestWaiter.until(101)).early);
    }

    @Test
    void onceNoneIsSuspendedAnyDeadlineIsInOrder() {
        Waiter<String> gone = append(TestWaiter.until(100));
        append(TestWaiter.parkedUntil(200));
        lane.remove(gone);

        assertFalse(append(TestWaiter.until(50)).early);
        assertEquals(50, lane.nextDeadline());
    }

    @Test
    void aDeadlineInOrderIsFoundBehindThreadsAndEarlierOnes() {
        append(TestWaiter.parkedUntil(1));
        Waiter<String> gone = append(TestWaiter.until(100));
        Waiter<String> early = append(TestWaiter.until(50));
        Waiter<String> late = append(TestWaiter.until(200));
        lane.remove(gone);

        assertEquals(50, lane.nextDeadline());
        assertSame(early, lane.nextExpired(199));
        lane.remove(early);
        assertEquals(200, lane.nextDeadline());
        assertNull(lane.nextExpired(199));
        assertSame(late, lane.nextExpired(200));
    }

    @Test
    void aWaiterThatLeftTheHeapNoLongerHidesTheOthers() {
        append(TestWaiter.until(100));
        lane.remove(append(TestWaiter.until(50)));
        append(TestWaiter.until(200));

        assertEquals(100, lane.nextDeadline());
    }

    /** Compares with a plain list, while waiters come, leave and expire in random order. */
    @Test
    void deadlinesAreThoseOfTheSuspendedWaiters() {
        Random random = new Random(7);
        List<Waiter<String>> model = new ArrayList<>();
        for (int step = 0; step < 4_000; step++) {
            if (model.size() < 5 || random.nextInt(1_000) < (step / 500 % 2 == 0 ? 800 : 200)) {
                long deadline = random.nextInt(1_000);
                model.add(
                        append(random.nextInt(4) == 0 ? TestWaiter.parkedUntil(deadline) : TestWaiter.until(deadline)));
            } else {
                assertTrue(lane.remove(model.remove(random.nextInt(model.size()))));
            }
            if (random.nextInt(20) != 0) continue; // so that many leave the lane before the heap is looked at
            assertEquals(model, listed());
            assertEquals(earliest(model), lane.nextDeadline());
            if (earliest(model) != NEVER) expire(model, earliest(model) + random.nextInt(5));
        }
    }

    private void expire(List<Waiter<String>> model, long now) {
        for (Waiter<String> each = lane.nextExpired(now); each != null; each = lane.nextExpired(now)) {
            assertTrue(!each.parks() && each.deadline <= now && model.remove(each));
            lane.remove(each);
        }
        assertTrue(earliest(model) > now);
    }

    private static long earliest(List<Waiter<String>> model) {
        return model.stream()
                .filter(each -> !each.parks())
                .mapToLong(each -> each.deadline)
                .min()
                .orElse(NEVER);
    }

    private List<Waiter<String>> listed() {
        List<Waiter<String>> listed = new ArrayList<>();
        lane.addTo(listed);
        assertEquals(lane.size(), listed.size());
        return listed;
    }

    private Waiter<String> append(Waiter<String> waiter) {
        lane.append(waiter);
        return waiter;
    }
}
