package dev.rockpool.internal.core.slot;

import dev.rockpool.ReusePolicy;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;

/**
 * All slots of a pool, and which one to lend next.
 *
 * <p>AFFINE remembers the slot released last for each thread number modulo 256, and starts the scan there. So a thread
 * finds its own slot again, two threads touch different cache lines, and there is no ThreadLocal to leak. Slots above
 * the window are tried last, so that under light load few connections are used and the others go idle.
 *
 * <p>LIFO and FIFO number each release and pick the highest or lowest. That is exact, but costs a shared counter.
 */
public final class Slots<C> {
    private static final int HINTS = 256;

    private volatile Slot<C>[] all;
    private volatile ReusePolicy policy;

    /** Indexes, without their higher bits in a pool of more than 65,536. */
    private final char[] hints = new char[HINTS];

    private final AtomicLong releases = new AtomicLong();
    private volatile int window;
    private volatile Slot<C> kept;

    /** How many slots may have a connection. There are more while a smaller size waits for leases to end. */
    private volatile int limit;

    /** The number of leases of slots that were removed. Guarded by this. */
    private long leasesOfRemoved;

    @SuppressWarnings({"unchecked", "rawtypes"})
    public Slots(int size, ReusePolicy policy) {
        this.all = new Slot[0];
        this.policy = policy;
        resize(size);
        this.window = size;
    }

    /**
     * Resizes to this many slots. Slots above that remain while the last of them is not vacant. Only the keeper calls
     * this and fills vacant slots, so no removed slot can be missed.
     */
    public synchronized void resize(int size) {
        limit = size;
        Slot<C>[] before = all;
        int last = before.length;
        while (last > size && before[last - 1].phase() == Phase.VACANT) last--;
        int wanted = Math.max(size, last);
        if (wanted == before.length) return;
        Slot<C>[] after = Arrays.copyOf(before, wanted);
        for (int i = before.length; i < wanted; i++) after[i] = new Slot<>(i);
        for (int i = wanted; i < before.length; i++) leasesOfRemoved += before[i].leases();
        all = after;
    }

    /** How many leases there have been. */
    synchronized long leases() {
        long leases = leasesOfRemoved;
        for (Slot<C> slot : all) leases += slot.leases();
        return leases;
    }

    /** Changes which of several idle slots is lent next. */
    public void policy(ReusePolicy policy) {
        this.policy = policy;
    }

    /** All present slots. The array must not be modified. */
    public Slot<C>[] all() {
        return all;
    }

    public int size() {
        return all.length;
    }

    public Slot<C> get(int index) {
        return all[index];
    }

    /** Lends a fresh idle slot, or returns null. */
    public Slot<C> lendAny() {
        if (policy != ReusePolicy.AFFINE) return lendInOrder(false);
        Slot<C>[] slots = all;
        int limit = Math.min(window, slots.length);
        int hint = hints[hintOf(Thread.currentThread())];
        int first = hint < limit ? hint : hint % limit;
        Slot<C> own = slots[first];
        if (own.lend()) return own;
        return lendAfter(slots, first, limit);
    }

    /** Lends the fresh idle slot of the lowest cost, or returns null. Of equal ones the first, so that the rest can age. */
    public Slot<C> lendCheapest(ToLongFunction<Slot<C>> cost) {
        for (; ; ) {
            Slot<C> pick = null;
            long least = Long.MAX_VALUE;
            for (Slot<C> slot : all) {
                if ((slot.word() & SlotWord.STATE) != SlotWord.IDLE) continue;
                long costs = cost.applyAsLong(slot);
                if (pick == null || costs < least) {
                    pick = slot;
                    least = costs;
                }
            }
            if (pick == null || pick.lend()) return pick;
        }
    }

    /** Lends any idle slot that is not retired, preferring a fresh one. */
    public Slot<C> lendEvenIfStale() {
        Slot<C> fresh = lendAny();
        if (fresh != null) return fresh;
        if (policy != ReusePolicy.AFFINE) return lendInOrder(true);
        for (Slot<C> slot : all) if (slot.lendEvenIfStale()) return slot;
        return null;
    }

    /** Claims a stale slot for a probe that begins at this time, or returns null. */
    public Slot<C> startProbe(long time) {
        for (Slot<C> slot : all) if (slot.isStale() && slot.startProbe(time)) return slot;
        return null;
    }

    /** The slot that was kept fresh last, and may still be; null if none is. */
    public Slot<C> kept() {
        return kept;
    }

    /** Sets the slot that is kept fresh; null for none. Called by the keeper. */
    public void kept(Slot<C> slot) {
        if (kept != slot) kept = slot;
    }

    /** Whether {@link #lendAny} could find something. */
    public boolean anyIdle() {
        for (Slot<C> slot : all) if ((slot.word() & SlotWord.STATE) == SlotWord.IDLE) return true;
        return false;
    }

    /** Whether every slot is leased that may have a connection. */
    public boolean areAllLeased() {
        int leased = 0;
        for (Slot<C> slot : all) {
            long phase = slot.word() & SlotWord.PHASE;
            if (phase == SlotWord.LEASED) leased++;
            else if (phase != SlotWord.VACANT) return false;
        }
        return leased >= limit;
    }

    /** Whether no slot has a connection, or one that is being opened or closed. */
    public boolean areVacant() {
        for (Slot<C> slot : all) if (slot.phase() != Phase.VACANT) return false;
        return true;
    }

    /**
     * Updates the order of reuse. Called by the holder before it releases.
     *
     * @param awaited whether a waiter is going to get the slot; then the hint would only cost other threads a cache
     *   miss
     */
    public void beforeRelease(Slot<C> slot, boolean awaited) {
        if (policy == ReusePolicy.AFFINE) {
            if (awaited) return;
            int hint = hintOf(Thread.currentThread());
            char index = (char) slot.index();
            if (hints[hint] != index) hints[hint] = index;
        } else {
            slot.releaseOrder = releases.incrementAndGet();
        }
    }

    /** Sets the index below which scans prefer slots. The keeper lets it follow the recent peak of leased slots. */
    public void window(int size) {
        int bounded = Math.max(1, Math.min(size, all.length));
        if (window != bounded) window = bounded;
    }

    public int window() {
        return window;
    }

    private static <C> Slot<C> lendAfter(Slot<C>[] slots, int first, int limit) {
        for (int i = first + 1; i < limit; i++) if (slots[i].lend()) return slots[i];
        for (int i = 0; i < first; i++) if (slots[i].lend()) return slots[i];
        for (int i = Math.max(limit, first + 1); i < slots.length; i++) if (slots[i].lend()) return slots[i];
        return null;
    }

    /** LIFO and FIFO. If another caller takes the pick between the scan and the CAS, scans again. */
    private Slot<C> lendInOrder(boolean evenIfStale) {
        long wanted = evenIfStale ? SlotWord.PHASE | SlotWord.RETIRE : SlotWord.STATE;
        for (; ; ) {
            Slot<C> pick = null;
            for (Slot<C> slot : all) {
                if ((slot.word() & wanted) == SlotWord.IDLE && (pick == null || goesBefore(slot, pick))) pick = slot;
            }
            if (pick == null) return null;
            if (evenIfStale ? pick.lendEvenIfStale() : pick.lend()) return pick;
        }
    }

    private boolean goesBefore(Slot<C> one, Slot<C> other) {
        return policy == ReusePolicy.LIFO
                ? one.releaseOrder > other.releaseOrder
                : one.releaseOrder < other.releaseOrder;
    }

    @SuppressWarnings("deprecation") // threadId() came with JDK 19
    private static int hintOf(Thread thread) {
        return (int) thread.getId() & (HINTS - 1);
    }
}
