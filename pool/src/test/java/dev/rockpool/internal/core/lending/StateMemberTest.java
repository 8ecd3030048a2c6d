package dev.rockpool.internal.core.lending;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rockpool.internal.core.slot.Slot;
import org.junit.jupiter.api.Test;

class StateMemberTest {
    private final TestPool pool = new TestPool(3);
    private int wakes;
    private final StateMember member = new StateMember("orders", pool.state, () -> pool.now, () -> wakes++);

    @Test
    void onlyConnectionsInNobodysHandsAreIdle() {
        assertEquals(3, member.idle());
        pool.lend();
        assertEquals(2, member.idle());
    }

    @Test
    void theLongestIdleTimeIsCountedFromTheKeepersLook() {
        look(pool.slots.get(0), 1_000);
        look(pool.slots.get(1), 1_300);
        look(pool.slots.get(2), 1_200);
        pool.now = 1_500;
        assertEquals(500, member.longestIdle());
        assertEquals(0, pool.lend().index());
        assertEquals(300, member.longestIdle());
    }

    @Test
    void aConnectionThatTheKeeperHasNotSeenIdleDoesNotCount() {
        Slot<String> used = pool.slots.get(0);
        look(used, 1_000);
        pool.now = 1_500;
        pool.release(pool.lend());

        assertEquals(0, member.longestIdle());
    }

    @Test
    void aLeasedConnectionIsNotIdleEvenIfTheKeeperSawThisLease() {
        pool.lend();
        look(pool.slots.get(0), 1_000);
        pool.now = 1_500;

        assertEquals(0, member.longestIdle());
    }

    @Test
    void itWakesThePoolsKeeperAndTellsThePoolsName() {
        member.wake();

        assertEquals(1, wakes);
        assertEquals("orders", member.name());
    }

    private static void look(Slot<String> slot, long now) {
        slot.seenWord = slot.ticket();
        slot.seenAt = now;
    }
}
