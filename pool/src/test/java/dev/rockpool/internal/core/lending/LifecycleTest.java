package dev.rockpool.internal.core.lending;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.CloseReason;
import dev.rockpool.internal.core.slot.Slot;
import org.junit.jupiter.api.Test;

class LifecycleTest {
    private final TestPool pool = new TestPool(1);
    private final Lifecycle<String> lifecycle = pool.state.lifecycle();

    @Test
    void onlyTheFirstOfTwoPausesChangesSomething() {
        assertTrue(lifecycle.pause());
        assertFalse(lifecycle.pause());
        lifecycle.resume();
        assertTrue(lifecycle.pause());
    }

    @Test
    void aPoolWithoutConnectionsAndCallersClosesItself() {
        empty();
        assertFalse(lifecycle.isClosedUnused());
        assertTrue(lifecycle.closeIfUnused(pool.now));
        assertTrue(lifecycle.isClosedUnused());
        assertTrue(pool.state.isClosed());
        assertFalse(lifecycle.closeIfUnused(pool.now));
    }

    @Test
    void aPoolWithAConnectionStaysOpen() {
        assertFalse(lifecycle.closeIfUnused(pool.now));
        assertFalse(pool.state.isClosed());
        assertFalse(lifecycle.isClosedUnused());
    }

    @Test
    void aPoolForWhoseConnectionACallerWaitsStaysOpen() {
        empty();
        pool.suspended();

        assertFalse(lifecycle.closeIfUnused(pool.now));
    }

    @Test
    void aPausedPoolStaysOpen() {
        empty();
        lifecycle.pause();

        assertFalse(lifecycle.closeIfUnused(pool.now));
    }

    @Test
    void aPoolThatWasKeptOpenSinceThenStaysOpen() {
        empty();
        pool.now = 2_000;
        assertTrue(lifecycle.keepOpen());
        assertEquals(2_000, lifecycle.keptAt());
        assertFalse(lifecycle.closeIfUnused(1_999));
        assertTrue(lifecycle.closeIfUnused(2_000));
    }

    @Test
    void aClosedPoolCannotBeKeptOpen() {
        assertTrue(lifecycle.close().isDone());
        assertFalse(lifecycle.keepOpen());
        assertEquals(0, lifecycle.keptAt());
        assertFalse(lifecycle.close().isDone());
        assertFalse(lifecycle.isClosedUnused());
    }

    private void empty() {
        Slot<String> slot = pool.slots.get(0);
        assertTrue(slot.startClose(CloseReason.IDLE, "test"));
        slot.closed();
    }
}
