package dev.rockpool.internal.core.upkeep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.CloseReason;
import dev.rockpool.ReusePolicy;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.core.slot.Slots;
import org.junit.jupiter.api.Test;

class FreshenerTest {
    private static final long SECOND = 1_000_000_000;
    private static final long TRUST = Freshener.LEAST_WINDOW;

    private final Slots<String> slots = new Slots<>(3, ReusePolicy.AFFINE);
    private final Freshener<String> freshener = new Freshener<>(slots);

    @Test
    void nothingIsKeptFreshBeforeTheFirstLease() {
        Slot<String> slot = open(0, true);
        freshener.observe(slot, slot.word(), SECOND);

        assertFalse(freshener.keeps(SECOND, TRUST));
    }

    @Test
    void aConnectionIsKeptFreshForAWhileAfterALease() {
        Slot<String> slot = open(0, true);
        slot.lend();
        slot.release(slot.ticket());
        freshener.observe(slot, slot.word(), SECOND);

        assertTrue(freshener.keeps(SECOND, TRUST));
        assertTrue(freshener.keeps(SECOND + Freshener.TRAFFIC - 1, TRUST));
        assertFalse(freshener.keeps(SECOND + Freshener.TRAFFIC, TRUST));
    }

    @Test
    void aLeaseLastsUntilItIsReturnedAndTheReturnIsNoOther() {
        Slot<String> slot = open(0, true);
        slot.lend();
        look(slot, SECOND);
        look(slot, 50 * SECOND);
        slot.release(slot.ticket());
        look(slot, 60 * SECOND);
        look(slot, 70 * SECOND);

        assertTrue(freshener.keeps(50 * SECOND + Freshener.TRAFFIC - 1, TRUST));
        assertFalse(freshener.keeps(50 * SECOND + Freshener.TRAFFIC, TRUST));
    }

    @Test
    void nothingIsKeptFreshWithAVeryShortOrAnEndlessTrustWindow() {
        Slot<String> slot = open(0, true);
        slot.lend();
        look(slot, SECOND);

        assertTrue(freshener.keeps(SECOND, TRUST));
        assertFalse(freshener.keeps(SECOND, TRUST - 1));
        assertTrue(freshener.keeps(SECOND, Long.MAX_VALUE - 1));
        assertFalse(freshener.keeps(SECOND, Long.MAX_VALUE));
    }

    @Test
    void theConnectionUsedLastIsNext() {
        stale(0, 5);
        Slot<String> latest = stale(1, 9);
        stale(2, 7);

        assertSame(latest, freshener.next());
    }

    @Test
    void ofConnectionsUsedAtTheSameTimeTheFirstIsNext() {
        Slot<String> first = stale(0, 5);
        stale(1, 5);

        assertSame(first, freshener.next());
    }

    @Test
    void aConnectionThatCannotBePeekedAtOrIsRetiredIsNotNext() {
        Slot<String> plain = open(0, false);
        plain.markStale();
        plain.seenAt = 9;
        stale(1, 8).retire(CloseReason.LIFETIME);
        assertNull(freshener.next());

        Slot<String> only = stale(2, 1);
        assertSame(only, freshener.next());
    }

    @Test
    void noneIsNextWhileOneIsTrustedOrIsBeingProbed() {
        stale(0, 5);
        Slot<String> other = open(1, true);
        assertNull(freshener.next());

        other.startProbe(0);
        assertNull(freshener.next());
        other.seizeProbe(CloseReason.EVICTED, "test");
        assertSame(slots.get(0), freshener.next());
    }

    @Test
    void theChosenConnectionIsKeptAfterItsProbe() {
        Slot<String> slot = chosen(0);
        slot.probeSucceeded(11, 1);
        slot.seenAt = 10;

        freshener.keep(slot);

        assertTrue(slot.isKept());
        assertSame(slot, slots.kept());
    }

    @Test
    void aConnectionThatWasUsedSinceItsProbeIsNotKept() {
        Slot<String> slot = chosen(0);
        slot.probeSucceeded(11, 1);
        slot.seenAt = 11;

        freshener.keep(slot);

        assertFalse(slot.isKept());
        assertNull(slots.kept());
    }

    @Test
    void anotherConnectionIsNotKept() {
        chosen(0);
        Slot<String> other = open(1, true);
        other.aliveAt = 11;

        freshener.keep(other);

        assertFalse(other.isKept());
    }

    @Test
    void aConnectionThatReplacedTheChosenOneIsNotKept() {
        Slot<String> slot = chosen(0);
        slot.seizeProbe(CloseReason.EVICTED, "test");
        slot.closed();
        slot.reserve(0);
        slot.opened("replacement", 99, 12, Long.MAX_VALUE, true);

        freshener.keep(slot);

        assertFalse(slot.isKept());
    }

    @Test
    void aChosenConnectionThatWasLentMeanwhileIsNotKept() {
        Slot<String> slot = chosen(0);
        slot.probeSucceeded(11, 1);
        slot.lend();

        freshener.keep(slot);

        assertNull(slots.kept());
        assertEquals("slot 0 LEASED lease 1", slot.toString());
    }

    @Test
    void aSlotIsForgottenOnceItIsNoLongerKept() {
        Slot<String> slot = open(0, true);
        slot.keep();
        slots.kept(slot);
        freshener.forget();
        assertSame(slot, slots.kept());

        slot.markStale();
        freshener.forget();
        assertNull(slots.kept());
    }

    private Slot<String> open(int index, boolean peekable) {
        Slot<String> slot = slots.get(index);
        slot.reserve(0);
        slot.opened("connection", index + 1L, 0, Long.MAX_VALUE, peekable);
        return slot;
    }

    private Slot<String> stale(int index, long seenAt) {
        Slot<String> slot = open(index, true);
        slot.markStale();
        slot.seenAt = seenAt;
        return slot;
    }

    /** A slot whose probe has begun. */
    private Slot<String> chosen(int index) {
        Slot<String> slot = open(index, true);
        slot.startProbe(10);
        freshener.began(slot);
        return slot;
    }

    /** Looks as the planner does. */
    private void look(Slot<String> slot, long now) {
        freshener.observe(slot, slot.word(), now);
        slot.seenWord = slot.word();
    }
}
