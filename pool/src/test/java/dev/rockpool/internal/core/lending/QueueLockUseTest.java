package dev.rockpool.internal.core.lending;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.internal.core.queue.CallerClass;
import dev.rockpool.internal.core.queue.OverloadSettings;
import dev.rockpool.internal.core.queue.TestWaiter;
import dev.rockpool.internal.core.slot.Slot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which verbs wait while another thread holds the lock of the queue. Each runs in a thread of its own. */
class QueueLockUseTest {
    private final TestPool pool = new TestPool(2);
    private final WaitQueue<String> waiters = pool.state.waiters();
    private final FailedWaits<String> failed = waiters.failed();
    private final Lifecycle<String> lifecycle = pool.state.lifecycle();
    private final Map<String, Runnable> verbs = new LinkedHashMap<>();

    @Test
    void whatReadsOrEndsWaitsTakesTheLock() throws InterruptedException {
        waitForSlots();
        failed.overload(new OverloadSettings(10, 100));
        verbs.put("nextDeadline", failed::nextDeadline);
        verbs.put("expire", () -> failed.expire(pool.now));
        verbs.put("shed", () -> failed.shed(pool.now));
        verbs.put("nextShed", () -> failed.nextShed(pool.now));
        verbs.put("overload", () -> failed.overload(null));
        verbs.put("failWhileDown", failed::failWhileDown);
        verbs.put("failAll", () -> failed.failAll(null));
        assertAllWait();
    }

    @Test
    void whatCountsWaitersTakesTheLock() throws InterruptedException {
        waitForSlots();
        verbs.put("toServe", waiters::toServe);
        verbs.put("all", waiters::all);
        verbs.put("longestWait", () -> waiters.longestWait(pool.now));
        verbs.put("exhaustion", () -> waiters.exhaustion().total(pool.now));
        verbs.put("judge", () -> waiters.exhaustion().judge());
        assertAllWait();
    }

    @Test
    void whatChangesTheGateTakesTheLock() throws InterruptedException {
        verbs.put("pause", lifecycle::pause);
        verbs.put("resume", lifecycle::resume);
        verbs.put("keepOpen", lifecycle::keepOpen);
        verbs.put("probeRules", () -> pool.state.probeRules(true, false));
        verbs.put("closeIfUnused", () -> lifecycle.closeIfUnused(0));
        verbs.put("callers", () -> pool.state.callers().getOrCreate("batch", 2, 0, 2, new ArrayList<>()));
        verbs.put("close", lifecycle::close);
        assertAllWait();
    }

    @Test
    void whatChoosesAWaiterTakesTheLock() throws InterruptedException {
        TestWaiter first = waitForSlots();
        TestWaiter second = pool.suspended();
        verbs.put("release", () -> pool.release(pool.slots.get(0)));
        verbs.put("leave", () -> pool.state.queueing().leave(second));
        verbs.put("enqueue", () -> pool.state.queueing().enqueue(TestWaiter.suspended(pool.now)));
        assertAllWait();
        assertTrue(first.isServed());
    }

    @Test
    void aWokenThreadTakesTheLockToLeaveTheQueueWithItsSlot() throws InterruptedException {
        TestPool patient = new TestPool(1, Integer.MAX_VALUE, 100);
        Slot<String> held = patient.lend();
        TestWaiter thread = patient.parked();
        patient.release(held);

        assertTrue(waits(patient, () -> patient.state.queueing().retryAcquire(thread)));
        assertTrue(thread.isServed());
    }

    @Test
    void underQuotasTheLockDecidesWhoMayBeServed() throws InterruptedException {
        CallerClass batch = pool.callers("batch", 2, 0);
        waitForSlots();
        verbs.put("isAnyServable", waiters::isAnyServable);
        verbs.put("toServe", waiters::toServe);
        verbs.put("count", () -> pool.state.callers().count(batch, 2));
        verbs.put("tryLend", pool.state::tryLend);
        assertAllWait();
    }

    @Test
    void whileNobodyWaitsNothingTakesTheLock() throws InterruptedException {
        verbs.put("judge", () -> waiters.exhaustion().judge());
        verbs.put("toServe", waiters::toServe);
        verbs.put("isAnyServable", waiters::isAnyServable);
        verbs.put("shed", () -> failed.shed(pool.now));
        verbs.put("nextShed", () -> failed.nextShed(pool.now));
        verbs.put("lend and release", () -> pool.release(pool.lend()));
        failed.overload(new OverloadSettings(10, 100));
        assertEquals(List.of(), waiting());
    }

    private TestWaiter waitForSlots() {
        pool.lend();
        pool.lend();
        return pool.suspended();
    }

    private void assertAllWait() throws InterruptedException {
        assertEquals(List.copyOf(verbs.keySet()), waiting());
    }

    private List<String> waiting() throws InterruptedException {
        List<String> waiting = new ArrayList<>();
        for (Map.Entry<String, Runnable> verb : verbs.entrySet())
            if (waits(pool, verb.getValue())) waiting.add(verb.getKey());
        return waiting;
    }

    private static boolean waits(TestPool pool, Runnable verb) throws InterruptedException {
        Thread thread = new Thread(verb);
        pool.state.waiters().lock();
        try {
            thread.start();
            Thread.State state = thread.getState();
            while (state != Thread.State.WAITING && state != Thread.State.TERMINATED) {
                Thread.onSpinWait();
                state = thread.getState();
            }
            return state == Thread.State.WAITING;
        } finally {
            pool.state.waiters().unlock();
            thread.join();
        }
    }
}
