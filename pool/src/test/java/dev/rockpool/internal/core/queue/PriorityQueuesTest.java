package dev.rockpool.internal.core.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.Priority;
import java.util.List;
import org.junit.jupiter.api.Test;

class PriorityQueuesTest {
    private final PriorityQueues<String> queue = new PriorityQueues<>();

    @Test
    void waitersAreListedFromHighToLowAndInOrderOfArrival() {
        Waiter<String> low = append(Priority.LOW, 1);
        Waiter<String> normal = append(Priority.NORMAL, 2);
        Waiter<String> high = append(Priority.HIGH, 3);
        Waiter<String> later = append(Priority.HIGH, 4);

        assertEquals(List.of(high, later, normal, low), queue.all());
        assertEquals(4, queue.size());
    }

    @Test
    void theLongestWaitCountsWhateverItsPriority() {
        append(Priority.NORMAL, 20);
        append(Priority.NORMAL, 30);
        assertEquals(20, queue.oldest());

        append(Priority.LOW, 10);
        append(Priority.HIGH, 25);
        assertEquals(10, queue.oldest());
    }

    @Test
    void suspendedWaitersOfAllPrioritiesCount() {
        append(Priority.HIGH, 1);
        for (int i = 0; i < 2; i++) append(Priority.NORMAL, 1);
        for (int i = 0; i < 4; i++) append(Priority.LOW, 1);
        for (Priority each : Priority.values()) queue.append(TestWaiter.parkedOf(each, 1));

        assertEquals(7, queue.suspended());
        assertEquals(10, queue.size());
    }

    @Test
    void aWaiterIsRemovedOnlyOnce() {
        Waiter<String> waiter = append(Priority.LOW, 1);

        assertTrue(queue.remove(waiter));
        assertFalse(queue.remove(waiter));
    }

    @Test
    void ofThoseThatMayBeServedTheLaneWhoseTurnItIsGoesFirst() {
        Waiter<String> low = append(Priority.LOW, 1);
        Waiter<String> normal = append(Priority.NORMAL, 1);
        for (int i = 0; i < 7; i++) serve(append(Priority.HIGH, 1));
        Waiter<String> high = append(Priority.HIGH, 1);

        assertSame(normal, queue.first(any -> true));
        assertSame(high, queue.first(waiter -> waiter != normal));
        assertSame(low, queue.first(waiter -> waiter == low));
        assertNull(queue.first(any -> false));
    }

    @Test
    void nobodyIsFirstInAnEmptyQueue() {
        assertNull(queue.first(any -> true));
    }

    @Test
    void everyEighthTurnPassesFromHighToNormal() {
        Waiter<String> normal = append(Priority.NORMAL, 1);
        for (int i = 0; i < 7; i++) {
            Waiter<String> high = append(Priority.HIGH, 1);
            assertSame(high, queue.head());
            serve(high);
        }
        append(Priority.HIGH, 1);

        assertSame(normal, queue.head());
    }

    @Test
    void everyEighthTurnPassesFromNormalToLow() {
        Waiter<String> low = append(Priority.LOW, 1);
        for (int i = 0; i < 7; i++) {
            Waiter<String> normal = append(Priority.NORMAL, 1);
            assertSame(normal, queue.head());
            serve(normal);
        }
        append(Priority.NORMAL, 1);

        assertSame(low, queue.head());
    }

    private Waiter<String> append(Priority priority, long since) {
        Waiter<String> waiter = TestWaiter.of(priority, since);
        queue.append(waiter);
        return waiter;
    }

    private void serve(Waiter<String> waiter) {
        queue.remove(waiter);
        queue.served(waiter);
    }
}
