package dev.rockpool.internal.core.slot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.CloseReason;
import dev.rockpool.ReusePolicy;
import org.junit.jupiter.api.Test;

/** Which slot is chosen among several. */
class SlotsChoiceTest {
    private final Slots<String> slots = TestSlots.idle(4, ReusePolicy.AFFINE);

    @Test
    void theCheapestFreshSlotIsLent() {
        long[] costs = {5, 3, 2, 4};
        slots.get(2).markStale();

        assertEquals(1, slots.lendCheapest(slot -> costs[slot.index()]).index());
        assertEquals(3, slots.lendCheapest(slot -> costs[slot.index()]).index());
        assertEquals(0, slots.lendCheapest(slot -> costs[slot.index()]).index());
        assertNull(slots.lendCheapest(slot -> costs[slot.index()]));
        assertEquals(Phase.IDLE, slots.get(2).phase());
    }

    @Test
    void theFirstOfEquallyCheapSlotsIsLent() {
        assertEquals(0, slots.lendCheapest(slot -> 7).index());
        assertEquals(1, slots.lendCheapest(slot -> Long.MAX_VALUE).index());
        assertEquals(Phase.LEASED, slots.get(1).phase());
    }

    @Test
    void aSlotThatAnotherCallerTookIsChosenAgainFromTheRest() {
        boolean[] taken = {false};

        Slot<String> lent = slots.lendCheapest(slot -> {
            if (slot.index() == 3 && !taken[0]) taken[0] = slots.get(0).lend();
            return slot.index();
        });

        assertEquals(1, lent.index());
    }

    @Test
    void ofSlotsThatWereNeverReleasedTheFirstIsLent() {
        for (ReusePolicy policy : new ReusePolicy[] {ReusePolicy.LIFO, ReusePolicy.FIFO})
            assertEquals(0, TestSlots.idle(3, policy).lendAny().index());
    }

    @Test
    void aFreshSlotIsPreferredToStaleOnes() {
        slots.get(0).markStale();
        slots.get(1).markStale();
        slots.get(3).markStale();

        assertEquals(2, slots.lendEvenIfStale().index());
        assertEquals(0, slots.lendEvenIfStale().index());
        assertEquals(1, slots.lendEvenIfStale().index());
        assertEquals(3, slots.lendEvenIfStale().index());
        assertNull(slots.lendEvenIfStale());
    }

    @Test
    void staleSlotsAreLentInOrderOfRelease() {
        assertEquals("1 2 0", staleOrder(ReusePolicy.FIFO));
        assertEquals("0 2 1", staleOrder(ReusePolicy.LIFO));
    }

    private static String staleOrder(ReusePolicy policy) {
        Slots<String> slots = TestSlots.idle(3, policy);
        for (Slot<String> slot : slots.all()) slot.lend();
        for (int index : new int[] {1, 2, 0}) TestSlots.release(slots, slots.get(index));
        for (Slot<String> slot : slots.all()) slot.markStale();
        assertNull(slots.lendAny());
        StringBuilder order = new StringBuilder();
        for (int i = 0; i < 3; i++)
            order.append(slots.lendEvenIfStale().index()).append(' ');
        assertNull(slots.lendEvenIfStale());
        return order.toString().strip();
    }

    @Test
    void aThreadWhoseSlotWasRemovedGetsAnotherOne() {
        Slots<String> two = TestSlots.idle(2, ReusePolicy.AFFINE);
        Slot<String> last = two.get(1);
        last.lend();
        TestSlots.release(two, last);
        last.startClose(CloseReason.SHRUNK, "test");
        last.closed();
        two.resize(1);
        two.window(1);

        assertSame(two.get(0), two.lendAny());
    }

    @Test
    void allAreLeasedOnceNoneIsLeftToLendOrToOpen() {
        Slots<String> two = new Slots<>(2, ReusePolicy.AFFINE);
        assertFalse(two.areAllLeased());
        TestSlots.open(two.get(1));
        assertFalse(two.areAllLeased());
        two.get(1).lend();
        assertFalse(two.areAllLeased());
        TestSlots.open(two.get(0));
        assertFalse(two.areAllLeased());
        two.get(0).lend();
        assertTrue(two.areAllLeased());
    }

    @Test
    void inASmallerPoolAllAreLeasedOnceTheNewSizeIs() {
        Slots<String> two = new Slots<>(2, ReusePolicy.AFFINE);
        TestSlots.open(two.get(1));
        two.get(1).lend();

        two.resize(1);

        assertEquals(2, two.size());
        assertTrue(two.areAllLeased());
    }

    @Test
    void aConnectionThatClosesMayBeReplacedSoNotAllAreLeased() {
        Slots<String> two = TestSlots.idle(2, ReusePolicy.AFFINE);
        two.get(0).lend();
        two.get(1).startClose(CloseReason.EVICTED, "test");
        two.resize(1);

        assertFalse(two.areAllLeased());
    }

    @Test
    void theSlotThatIsKeptFreshIsRememberedUntilThereIsNone() {
        assertNull(slots.kept());
        slots.kept(slots.get(1));
        assertSame(slots.get(1), slots.kept());
        slots.kept(slots.get(2));
        assertSame(slots.get(2), slots.kept());
        slots.kept(null);
        assertNull(slots.kept());
    }
}
