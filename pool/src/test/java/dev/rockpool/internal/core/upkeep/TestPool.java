package dev.rockpool.internal.core.upkeep;

import dev.rockpool.ConnectFailure;
import dev.rockpool.ReusePolicy;
import dev.rockpool.internal.core.connectivity.ConnectivityTracker;
import dev.rockpool.internal.core.lending.PoolState;
import dev.rockpool.internal.core.queue.TestWaiter;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.core.slot.Slots;
import java.util.List;

/** A pool without an engine. The test moves the clock, and carries out what the keeper plans. */
final class TestPool {
    long now;
    final ConnectivityTracker connectivity = new ConnectivityTracker((failures, random) -> 100L);
    final TestAllowance allowance = new TestAllowance();
    final PoolState<String> state;
    final Slots<String> slots;
    final MaintenancePlanner<String> planner;
    private long connections;

    TestPool(TestSettings settings) {
        state = new PoolState<>(
                settings.size, ReusePolicy.AFFINE, Integer.MAX_VALUE, 0, () -> 0, connectivity, () -> now);
        slots = state.slots();
        planner = new MaintenancePlanner<>(state, settings.get(), allowance);
    }

    Plan<String> plan(long time) {
        now = time;
        return planner.plan(time);
    }

    Slot<String> slot(int index) {
        return slots.get(index);
    }

    /** Opens a connection in each of the first slots. */
    void fill(int count) {
        for (int i = 0; i < count; i++) open(slot(i), Long.MAX_VALUE);
    }

    /** Opens a connection in this slot. A waiter gets it only if it is offered. */
    void open(Slot<String> slot, long expiresAt) {
        slot.reserve(now);
        slot.opened("connection", ++connections, now, expiresAt, true);
    }

    /** Finishes the connects of this plan. */
    void arrive(Plan<String> plan) {
        for (Slot<String> slot : plan.open()) {
            slot.opened("connection", ++connections, now, Long.MAX_VALUE, true);
            state.offer(slot);
        }
    }

    /** Leases this slot, however it was chosen. */
    long lend(int index) {
        if (!slot(index).lend()) throw new AssertionError(slot(index) + " cannot be lent");
        slot(index).grant(slot(index).ticket(), "holder");
        return slot(index).ticket();
    }

    void release(int index) {
        state.release(slot(index), slot(index).ticket());
    }

    /** Adds one caller that waits. Returns whether it wakes the keeper. */
    boolean waitOne() {
        return state.queueing().enqueue(TestWaiter.suspended(now)).wakesKeeper();
    }

    void wait(int count) {
        for (int i = 0; i < count; i++) waitOne();
    }

    void connectFails() {
        connectivity.failed(ConnectFailure.TRANSIENT, new Exception("test"), now, now, 0, 0);
    }

    static List<Integer> indexes(List<Slot<String>> slots) {
        return slots.stream().map(Slot::index).toList();
    }
}
