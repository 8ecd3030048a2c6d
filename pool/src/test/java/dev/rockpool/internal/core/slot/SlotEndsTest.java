package dev.rockpool.internal.core.slot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.CloseReason;
import org.junit.jupiter.api.Test;

/** How leases and connections end. */
class SlotEndsTest {
    private final Slot<String> slot = TestSlots.idle();

    @Test
    void aLeaseThatIsUndoneWasNoLease() {
        slot.lend();
        slot.release(slot.ticket());
        long before = slot.word();
        slot.lend();

        assertTrue(slot.undoLease(slot.ticket()));

        assertEquals(before, slot.word());
        assertEquals(1, slot.leases());
    }

    @Test
    void aRetiredSlotIsNeitherReturnedNorUndone() {
        slot.lend();
        long ticket = slot.ticket();
        slot.retire(CloseReason.LIFETIME);

        assertFalse(slot.undoLease(ticket));
        assertFalse(slot.releaseStale(ticket));
        assertFalse(slot.release(ticket));
        assertTrue(slot.isHeldBy(ticket));
    }

    @Test
    void aSlotThatIsReturnedStaleMustBeProbed() {
        slot.lend();

        assertTrue(slot.releaseStale(slot.ticket()));

        assertTrue(slot.isStale());
        assertFalse(slot.lend());
    }

    @Test
    void aRetiredSlotIsDiscardedOnceByItsHolder() {
        slot.lend();
        long ticket = slot.ticket();
        slot.retire(CloseReason.LIFETIME);

        assertTrue(slot.discardRetired(ticket));
        assertFalse(slot.discardRetired(ticket));

        assertEquals(Phase.CLOSING, slot.phase());
        assertEquals(CloseReason.LIFETIME, slot.closeReason());
        assertEquals("retired while it was in use", slot.reason());
        assertEquals("retired while it was in use", slot.endOf(ticket));
    }

    @Test
    void onlyAnIdleRetiredSlotIsClosedAtOnce() {
        slot.lend();
        slot.retire(CloseReason.SHRUNK);
        assertFalse(slot.closeRetired());

        Slot<String> idle = TestSlots.idle();
        idle.retire(CloseReason.SHRUNK);
        assertTrue(idle.closeRetired());
        assertEquals(CloseReason.SHRUNK, idle.closeReason());
    }

    @Test
    void aSlotThatWasRetiredForNoKnownReasonWasEvicted() {
        assertEquals(CloseReason.EVICTED, slot.whyRetired());

        slot.retire(CloseReason.BUDGET);
        assertEquals(CloseReason.BUDGET, slot.whyRetired());
        slot.retire(CloseReason.LIFETIME);
        assertEquals(CloseReason.BUDGET, slot.whyRetired());
    }

    @Test
    void aClosedSlotForgetsItsConnectionAndWhyItWasRetired() {
        slot.retire(CloseReason.SHRUNK);
        slot.closeRetired();

        slot.closed();

        assertNull(slot.connection());
        assertEquals(CloseReason.EVICTED, slot.whyRetired());
        assertFalse(slot.isRetired());
        assertEquals(Phase.VACANT, slot.phase());
    }

    @Test
    void anAbandonedSlotGivesUpItsConnectionButCountsItsLeases() {
        slot.lend();
        slot.release(slot.ticket());
        slot.lend();
        long ticket = slot.ticket();
        slot.retire(CloseReason.POOL_CLOSED);

        assertEquals("connection", slot.abandon());

        assertEquals("slot 0 VACANT lease 2", slot.toString());
        assertFalse(slot.isHeldBy(ticket));
        assertNull(slot.abandon());
    }

    @Test
    void aHolderIsForgottenOnceItsSlotIsIdle() {
        slot.lend();
        long ticket = slot.ticket();
        slot.grant(ticket, "holder");
        slot.forgetHolder();
        assertEquals("holder", slot.holder(ticket));

        slot.undoLease(ticket);
        slot.forgetHolder();

        slot.lend(); // has the same ticket, since the other lease was undone
        assertNull(slot.holder(ticket));
    }

    @Test
    void theTraceBelongsToOneLease() {
        Throwable trace = new Throwable();
        slot.traced(7, trace);

        assertSame(trace, slot.trace(7));
        assertNull(slot.trace(8));
    }

    @Test
    void aSlotIsAsSeenUntilItsWordChanges() {
        slot.seenWord = slot.ticket();
        assertTrue(slot.isAsSeen());

        slot.markStale();
        assertTrue(slot.isAsSeen());
        slot.lendEvenIfStale();
        assertFalse(slot.isAsSeen());
    }

    @Test
    void theOpenerTellsWhetherAConnectionCanBePeekedAt() {
        assertFalse(slot.isPeekable());

        Slot<String> peekable = new Slot<>(3);
        peekable.reserve(0);
        peekable.opened("connection", 1, 0, Long.MAX_VALUE, true);
        assertTrue(peekable.isPeekable());
    }
}
