package dev.rockpool.internal.core.lending;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.CloseReason;
import dev.rockpool.ConnectFailure;
import dev.rockpool.ReusePolicy;
import dev.rockpool.internal.core.connectivity.ConnectivityTracker;
import dev.rockpool.internal.core.queue.CallerClass;
import dev.rockpool.internal.core.queue.TestWaiter;
import dev.rockpool.internal.core.slot.Phase;
import dev.rockpool.internal.core.slot.Preference;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.core.slot.Slots;
import java.util.ArrayList;
import java.util.List;

/** A pool without an engine, whose slots all have connections. The test moves the clock and looks at the actions. */
final class TestPool {
    static final Object HOLDER = "holder";

    long now = 1_000;
    final ConnectivityTracker connectivity = new ConnectivityTracker((failures, random) -> 100);
    final PoolState<String> state;
    final Slots<String> slots;

    TestPool(int size) {
        this(size, Integer.MAX_VALUE, 0);
    }

    TestPool(int size, int maxPending, long bargingWindow) {
        state = new PoolState<>(size, ReusePolicy.AFFINE, maxPending, bargingWindow, () -> 0, connectivity, () -> now);
        slots = state.slots();
        for (Slot<String> slot : slots.all()) open(slot, now);
    }

    /** Opens a connection in a vacant slot. Its number is the slot's index, counted from 1. */
    static void open(Slot<String> slot, long now) {
        assertTrue(slot.reserve(now));
        slot.opened("connection", slot.index() + 1, now, Long.MAX_VALUE);
    }

    Slot<String> lend() {
        Slot<String> slot = state.tryLend(HOLDER);
        assertNotNull(slot);
        return slot;
    }

    /** Lends to a caller of this class. */
    Slot<String> lendTo(CallerClass callers) {
        Slot<String> slot = state.tryLendTo(TestWaiter.of(callers, now).demand(), HOLDER, false);
        assertNotNull(slot);
        return slot;
    }

    Actions<String> release(Slot<String> slot) {
        return state.release(slot, slot.ticket());
    }

    Actions<String> discard(Slot<String> slot) {
        return state.discard(slot, slot.ticket(), CloseReason.EVICTED, "test");
    }

    /** Enqueues a waiter that must not be refused. */
    <W extends TestWaiter> W enqueue(W waiter) {
        assertEquals(Enqueued.WAITS, state.queueing().enqueue(waiter).enqueued());
        return waiter;
    }

    TestWaiter suspended() {
        return enqueue(TestWaiter.suspended(now));
    }

    TestWaiter parked() {
        return enqueue(TestWaiter.parked(now));
    }

    TestWaiter waiterOf(CallerClass callers) {
        return enqueue(TestWaiter.of(callers, now));
    }

    /** Creates a class of callers that has no problems. */
    CallerClass callers(String name, int max, int reserved) {
        List<String> problems = new ArrayList<>();
        CallerClass callers = state.callers().getOrCreate(name, max, reserved, slots.size(), problems);
        assertEquals(List.of(), problems);
        return callers;
    }

    /** Lets all callers fail that come from now on. */
    void goDown() {
        connectivity.failed(ConnectFailure.TRANSIENT, new IllegalStateException("away"), now, now, 0.5, 0);
        connectivity.openBreaker(now);
    }

    /** How many slots are leased. */
    int leased() {
        int leased = 0;
        for (Slot<String> slot : slots.all()) if (slot.phase() == Phase.LEASED) leased++;
        return leased;
    }

    /** The waiters that these actions resume, in order. */
    static List<Object> resumed(Actions<String> actions) {
        List<Object> all = new ArrayList<>();
        if (actions.first() != null) all.add(actions.first());
        all.addAll(actions.others());
        return all;
    }

    /** Prefers the slot with this index by cost, and another one by rank. */
    static Preference<String> preferring(int byCost, int byRank) {
        return new Preference<>() {
            @Override
            public long cost(Slot<String> slot) {
                return slot.index() == byCost ? 0 : 1;
            }

            @Override
            public int rank(Slot<String> slot) {
                return slot.index() == byRank ? 0 : 1;
            }
        };
    }
}
