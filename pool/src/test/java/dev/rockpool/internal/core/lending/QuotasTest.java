package dev.rockpool.internal.core.lending;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.CloseReason;
import dev.rockpool.ReusePolicy;
import dev.rockpool.internal.core.queue.CallerClass;
import dev.rockpool.internal.core.queue.PriorityQueues;
import dev.rockpool.internal.core.queue.TestWaiter;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.core.slot.Slots;
import org.junit.jupiter.api.Test;

class QuotasTest {
    private final Slots<String> slots = new Slots<>(4, ReusePolicy.AFFINE);
    private final Quotas<String> quotas = new Quotas<>(slots, 4);
    private final PriorityQueues<String> queue = new PriorityQueues<>();

    QuotasTest() {
        for (Slot<String> slot : slots.all()) TestPool.open(slot, 0);
    }

    @Test
    void aClassIsFoundByItsName() {
        CallerClass batch = add("batch", 4, 0);

        assertSame(batch, quotas.find("batch"));
        assertNull(quotas.find("web"));
    }

    @Test
    void reservesOfAllOtherClassesAreAddedUp() {
        CallerClass batch = add("batch", 4, 1);
        add("web", 4, 2);
        add("admin", 4, 1);

        assertEquals(3, quotas.reservedBesides(batch));
        assertEquals(4, quotas.reservedBesides(null));
    }

    @Test
    void aLeaseCountsUntilItEndsInAnyWay() {
        CallerClass batch = add("batch", 4, 0);
        Slot<String> returned = lend(batch);
        Slot<String> discarded = lend(batch);
        Slot<String> undone = lend(batch);
        assertEquals(3, leasedBy(batch));

        assertTrue(returned.release(returned.ticket()));
        assertEquals(2, leasedBy(batch));
        assertTrue(discarded.discard(discarded.ticket(), CloseReason.EVICTED, "test"));
        assertEquals(1, leasedBy(batch));
        assertTrue(undone.undoLease(undone.ticket()));
        assertEquals(0, leasedBy(batch));
    }

    @Test
    void aLeaseWithTheTicketOfAnUndoneOneCountsForItsOwnCaller() {
        CallerClass batch = add("batch", 4, 0);
        Slot<String> slot = lend(batch);
        long undone = slot.ticket();
        assertTrue(slot.undoLease(undone));
        assertTrue(slot.lend());
        assertEquals(undone, slot.ticket());
        quotas.granted(null, slot, undone);

        assertEquals(0, leasedBy(batch));
    }

    @Test
    void aCallerWithoutClassCanBeTheFirst() {
        CallerClass batch = add("batch", 4, 0);
        lend(null);

        assertEquals(0, leasedBy(batch));
        assertEquals(1, quotas.use(queue.all(), null).leased());
    }

    @Test
    void aSlotThatReplacedARemovedOneDoesNotInheritItsLease() {
        CallerClass batch = add("batch", 4, 0);
        Slot<String> last = slots.get(3);
        assertTrue(last.lend());
        long ticket = last.ticket();
        quotas.granted(batch, last, ticket);
        assertTrue(last.discard(ticket, CloseReason.EVICTED, "test"));
        last.closed();
        slots.resize(3);
        slots.resize(4);
        TestPool.open(slots.get(3), 0);
        assertTrue(slots.get(3).lend());
        assertEquals(ticket, slots.get(3).ticket());

        assertEquals(0, leasedBy(batch));
    }

    @Test
    void aGrantOfASlotThatIsRemovedMeanwhileIsHarmless() {
        CallerClass batch = add("batch", 4, 0);
        Slot<String> last = slots.get(3);
        assertTrue(last.startClose(CloseReason.EVICTED, "test"));
        last.closed();
        slots.resize(3);
        quotas.granted(batch, last, last.ticket());

        assertEquals(0, leasedBy(batch));
    }

    @Test
    void aClassHasAtMostItsMaximum() {
        CallerClass batch = add("batch", 2, 0);
        lend(batch);
        assertTrue(allows(batch));
        lend(batch);
        assertFalse(allows(batch));
        batch.limit(3, 0);
        assertTrue(allows(batch));
    }

    @Test
    void placesReservedForAClassAreKeptFromAllOthers() {
        CallerClass batch = add("batch", 4, 0);
        CallerClass web = add("web", 4, 2);
        lend(null);
        assertTrue(allows(null));
        lend(batch);
        assertFalse(allows(null));
        assertFalse(allows(batch));
        assertTrue(allows(web));
        lend(web);
        lend(web);
        assertTrue(allows(null));
        assertEquals(0, quotas.unusedReserveBesides(null));
    }

    @Test
    void aFullPoolWithoutUnusedReserveLetsAnybodyWaitForTheNextSlot() {
        CallerClass batch = add("batch", 4, 0);
        for (int i = 0; i < 4; i++) lend(null);

        assertTrue(allows(null));
        assertTrue(allows(batch));
    }

    @Test
    void aClassThatHasUsedItsReserveSharesOnlyWhatIsNotReserved() {
        CallerClass batch = add("batch", 4, 1);
        add("web", 4, 2);
        lend(batch);
        assertTrue(allows(batch));
        lend(null);
        assertFalse(allows(batch));
    }

    @Test
    void moreConnectionsMayBeLentAfterThePoolHasGrown() {
        add("web", 4, 4);
        assertFalse(allows(null));
        quotas.size(5);
        assertTrue(allows(null));
    }

    @Test
    void theFirstWaiterIsServedThatItsQuotaAllows() {
        CallerClass batch = add("batch", 1, 0);
        assertNull(quotas.head(queue, null));
        Slot<String> held = lend(batch);
        TestWaiter heldBack = wait(batch);
        assertNull(quotas.head(queue, null));
        TestWaiter plain = wait(null);
        assertSame(plain, quotas.head(queue, null));
        assertTrue(held.release(held.ticket()));
        assertSame(heldBack, quotas.head(queue, null));
    }

    @Test
    void aSlotLentForTheWaiterToBeChosenDoesNotCount() {
        CallerClass batch = add("batch", 4, 0);
        add("web", 4, 3);
        Slot<String> lent = slots.lendAny();
        TestWaiter waiter = wait(batch);

        assertNull(quotas.head(queue, null));
        assertSame(waiter, quotas.head(queue, lent));
    }

    @Test
    void idleSlotsDoNotCountAsLeased() {
        add("web", 4, 3);
        assertTrue(allows(null));
    }

    private CallerClass add(String name, int max, int reserved) {
        CallerClass callers = new CallerClass(name, max, reserved);
        quotas.add(callers);
        return callers;
    }

    private Slot<String> lend(CallerClass callers) {
        Slot<String> slot = slots.lendAny();
        quotas.granted(callers, slot, slot.ticket());
        return slot;
    }

    private TestWaiter wait(CallerClass callers) {
        TestWaiter waiter = TestWaiter.of(callers, 0);
        queue.append(waiter);
        return waiter;
    }

    private int leasedBy(CallerClass callers) {
        quotas.count(null);
        return callers.leased();
    }

    private boolean allows(CallerClass callers) {
        quotas.count(null);
        return quotas.allows(callers);
    }
}
