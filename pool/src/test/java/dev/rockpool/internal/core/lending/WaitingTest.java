package dev.rockpool.internal.core.lending;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.Priority;
import dev.rockpool.internal.core.connectivity.Outage;
import dev.rockpool.internal.core.queue.OverloadSettings;
import dev.rockpool.internal.core.queue.Race;
import dev.rockpool.internal.core.queue.RaceEntry;
import dev.rockpool.internal.core.queue.TestWaiter;
import dev.rockpool.internal.core.queue.Waiter.Outcome;
import dev.rockpool.internal.core.slot.Slot;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What callers do that wait, and how their waits end. */
class WaitingTest {
    private static final int WINDOW = 100;

    private final TestPool pool = new TestPool(1, 2, WINDOW);
    private final Queueing<String> queueing = pool.state.queueing();
    private final WaitQueue<String> waiters = pool.state.waiters();
    private final FailedWaits<String> failed = waiters.failed();

    @Test
    void aCallerThatIsServedAtOnceDoesNotWakeTheKeeper() {
        TestWaiter waiter = TestWaiter.suspended(pool.now);
        Actions<String> actions = queueing.enqueue(waiter);

        assertEquals(List.of(waiter), TestPool.resumed(actions));
        assertFalse(actions.wakesKeeper());
    }

    @Test
    void underALaterWakePolicyOnlyTheFirstWaiterWakesTheKeeper() {
        pool.lend();
        queueing.wakePolicy(WakePolicy.LATER);

        assertTrue(queueing.enqueue(TestWaiter.suspended(pool.now)).wakesKeeper());
        assertFalse(queueing.enqueue(TestWaiter.suspended(pool.now)).wakesKeeper());
    }

    @Test
    void overloadControlLetsTheFirstWaiterWakeTheKeeper() {
        pool.lend();
        queueing.wakePolicy(WakePolicy.NOTHING);
        failed.overload(new OverloadSettings(10, 100));

        assertTrue(queueing.enqueue(TestWaiter.suspended(pool.now)).wakesKeeper());
        assertFalse(queueing.enqueue(TestWaiter.suspended(pool.now)).wakesKeeper());
    }

    @Test
    void duringAnOutageCallersAreRefusedAndTheFirstWakesTheKeeper() {
        pool.lend();
        pool.goDown();
        TestWaiter first = TestWaiter.suspended(pool.now);
        TestWaiter second = TestWaiter.suspended(pool.now);
        Actions<String> refused = queueing.enqueue(first);

        assertEquals(List.of(first), TestPool.resumed(refused));
        assertTrue(refused.wakesKeeper());
        assertFalse(queueing.enqueue(second).wakesKeeper());
        assertEquals(Outage.class, second.failure().getClass());
        assertEquals(0, pool.state.waiting());
    }

    @Test
    void duringAnOutageACallerThatAlsoWaitsElsewhereIsNotResumed() {
        pool.lend();
        pool.goDown();
        Actions<String> lost = queueing.enqueue(new Entry(pool.now));

        assertEquals(List.of(), TestPool.resumed(lost));
        assertTrue(lost.wakesKeeper());
        assertSame(Actions.none(), queueing.enqueue(new Entry(pool.now)));
        assertEquals(0, pool.state.waiting());
    }

    @Test
    void anOutageFailsAllThatWait() {
        pool.lend();
        List<Object> both = List.of(pool.suspended(), pool.suspended());
        assertSame(Actions.none(), failed.failWhileDown());
        pool.goDown();

        assertEquals(both, TestPool.resumed(failed.failWhileDown()));
        assertEquals(0, pool.state.waiting());
    }

    @Test
    void waitersAreListedAndTheOldestIsKnown() {
        pool.lend();
        assertEquals(0, waiters.longestWait(pool.now));
        List<TestWaiter> both = List.of(pool.suspended(), enqueuedLater());

        assertEquals(both, waiters.all());
        assertEquals(60, waiters.longestWait(1_060));
        assertEquals(2, waiters.toServe());
        pool.state.lifecycle().pause();
        assertEquals(0, waiters.toServe());
    }

    @Test
    void waitersTimeOutAtTheirDeadline() {
        pool.lend();
        TestWaiter waiter = pool.enqueue(TestWaiter.suspended(pool.now, 5_000));
        assertEquals(5_000, failed.nextDeadline());
        assertSame(Actions.none(), failed.expire(4_999));
        assertEquals(List.of(waiter), TestPool.resumed(failed.expire(5_000)));
        assertEquals(Outcome.TIMED_OUT, waiter.outcome());
    }

    @Test
    void sheddingIsDueWhenTheOldestHasWaitedTooLongAndThenAfterEachTarget() {
        failed.overload(new OverloadSettings(10, 100));
        pool.lend();
        pool.suspended();
        assertEquals(1_110, failed.nextShed(1_000));
        assertEquals(1_110, failed.nextShed(1_109));
        assertEquals(1_120, failed.nextShed(1_110));
        assertEquals(1_160, failed.nextShed(1_150));
    }

    @Test
    void aWokenThreadThatFindsASlotIsCountedAsServed() {
        TestWaiter thread = wokenThread();
        assertSame(Actions.none(), queueing.retryAcquire(thread));

        assertTrue(thread.isServed());
        assertEquals(1, waiters.handOvers().begun());
        assertEquals(1, waiters.handOvers().served());
        assertEquals(0, pool.state.waiting());
    }

    @Test
    void aWokenThreadThatFindsNoSlotWaitsOn() {
        TestWaiter thread = wokenThread();
        pool.lend();
        assertSame(Actions.none(), queueing.retryAcquire(thread));

        assertFalse(thread.isDecided());
        assertFalse(thread.isWoken());
        assertEquals(0, waiters.handOvers().begun());
        assertEquals(1, pool.state.waiting());
    }

    @Test
    void aWokenThreadThatTimedOutGivesBackTheSlotItFinds() {
        TestWaiter thread = wokenThread();
        thread.decide(Outcome.TIMED_OUT);
        assertEquals(List.of(), TestPool.resumed(queueing.retryAcquire(thread)));

        assertEquals(0, pool.leased());
        assertEquals(0, waiters.handOvers().begun());
        assertEquals(0, waiters.handOvers().served());
    }

    @Test
    void aWokenThreadThatTimedOutPassesTheSlotItFindsToTheNextWaiter() {
        TestWaiter thread = wokenThread();
        TestWaiter next = pool.suspended();
        thread.decide(Outcome.TIMED_OUT);

        assertEquals(List.of(next), TestPool.resumed(queueing.retryAcquire(thread)));
        assertTrue(next.isServed());
    }

    @Test
    void aCallerThatGaveUpBeforeItJoinedOthersDoesNotWakeTheKeeper() {
        pool.lend();
        pool.suspended();
        TestWaiter gone = TestWaiter.suspended(pool.now);
        gone.decide(Outcome.CANCELLED);

        assertSame(Actions.none(), queueing.enqueue(gone));
    }

    @Test
    void aWokenThreadTakesTheSlotOfTheLowestRank() {
        TestPool two = new TestPool(2, 2, WINDOW);
        two.lend();
        two.lend();
        TestWaiter thread = two.enqueue(TestWaiter.parkedPreferring(TestPool.preferring(0, 1), two.now));
        for (Slot<String> slot : two.slots.all()) two.release(slot);
        two.state.queueing().retryAcquire(thread);

        assertEquals(1, thread.slot().index());
    }

    @Test
    void aFreshConnectionIsRequestedOnceUntilThereIsOne() {
        assertFalse(queueing.isFreshRequested());
        assertTrue(queueing.requestFresh());
        assertTrue(queueing.isFreshRequested());
        assertFalse(queueing.requestFresh());
        queueing.freshRequestMet();
        assertFalse(queueing.isFreshRequested());
        assertTrue(queueing.requestFresh());
    }

    @Test
    void aFullQueueLetsNobodyIn() {
        pool.lend();
        pool.suspended();
        pool.suspended();

        assertEquals(
                Enqueued.FULL, queueing.enqueue(TestWaiter.suspended(pool.now)).enqueued());
        assertEquals(2, pool.state.waiting());
    }

    private TestWaiter enqueuedLater() {
        pool.now += 25;
        return pool.suspended();
    }

    private TestWaiter wokenThread() {
        Slot<String> held = pool.lend();
        TestWaiter thread = pool.parked();
        pool.release(held);
        assertTrue(thread.isWoken());
        return thread;
    }

    /** Its caller waits in another pool too. */
    private static final class Entry extends RaceEntry<String> {
        Entry(long since) {
            super(new Race<>(2), since, Long.MAX_VALUE, Priority.NORMAL);
        }

        @Override
        public void wake() {}
    }
}
