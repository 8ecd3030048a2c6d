package dev.rockpool.internal.core.lending;

import dev.rockpool.internal.core.queue.CallerClass;
import dev.rockpool.internal.core.queue.PriorityQueues;
import dev.rockpool.internal.core.queue.Waiter;
import dev.rockpool.internal.core.slot.Phase;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.core.slot.Slots;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The classes of callers of one pool, and which of them has which slot. Exists only once a class was created. Guarded by
 * the lock of {@link WaitQueue}.
 *
 * <p><b>Key idea.</b> Nobody counts leases up and down. Each lease of a class is noted with its ticket, and a decision
 * counts the tickets that still hold their slots. So a lease counts until the moment it ends, in whichever way it ends.
 *
 * <p>Tested by {@code CallersLaws} and {@code CallersModelLaws}.
 */
final class Quotas<C> {
    private record Grant<C>(Slot<C> slot, long ticket, CallerClass callers) {}

    private final Slots<C> slots;
    private final Map<String, CallerClass> classes = new LinkedHashMap<>();

    /** The latest grant of each slot to a class, by the slot's index. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    private Grant<C>[] grants = new Grant[0];

    /** How many connections the pool may have. */
    private int size;

    private int leased;

    Quotas(Slots<C> slots, int size) {
        this.slots = slots;
        this.size = size;
    }

    CallerClass find(String name) {
        return classes.get(name);
    }

    void add(CallerClass callers) {
        classes.put(callers.name(), callers);
    }

    void size(int size) {
        this.size = size;
    }

    /** How many places are reserved in all, apart from those of this class, which may be null. */
    int reservedBesides(CallerClass callers) {
        int reserved = 0;
        for (CallerClass other : classes.values()) if (other != callers) reserved += other.reserved();
        return reserved;
    }

    /** Notes that this slot was lent with this ticket to this class, which may be null. */
    void granted(CallerClass callers, Slot<C> slot, long ticket) {
        int index = slot.index();
        if (callers != null) {
            if (index >= grants.length) grants = Arrays.copyOf(grants, Math.max(index + 1, slots.size()));
            grants[index] = new Grant<>(slot, ticket, callers);
        } else if (index < grants.length) {
            grants[index] = null;
        }
    }

    /** Counts all leases, apart from that of a slot that was lent for a waiter that is not chosen yet. */
    void count(Slot<C> lent) {
        for (CallerClass callers : classes.values()) callers.count(0);
        leased = 0;
        for (Slot<C> slot : slots.all()) {
            if (slot == lent) continue;
            CallerClass holder = holderOf(slot);
            if (holder != null) holder.count(holder.leased() + 1);
            if (holder != null || slot.phase() == Phase.LEASED) leased++;
        }
    }

    private CallerClass holderOf(Slot<C> slot) {
        Grant<C> grant = slot.index() < grants.length ? grants[slot.index()] : null;
        return grant != null && grant.slot == slot && slot.isHeldBy(grant.ticket) ? grant.callers : null;
    }

    /** Whether a caller of this class, which may be null, may have one more connection. Call {@link #count} first. */
    boolean allows(CallerClass callers) {
        if (callers != null && callers.leased() >= callers.max()) return false;
        return callers != null && callers.unusedReserve() > 0 || !isReserved(callers);
    }

    /** Whether all places that are left are reserved for others. Call {@link #count} first. */
    boolean isReserved(CallerClass callers) {
        int reserved = unusedReserveBesides(callers);
        return reserved > 0 && size - leased <= reserved;
    }

    /** How many unused places are reserved for others. Call {@link #count} first. */
    int unusedReserveBesides(CallerClass callers) {
        int reserved = 0;
        for (CallerClass other : classes.values()) if (other != callers) reserved += other.unusedReserve();
        return reserved;
    }

    /**
     * The first waiter that its quota allows to be served; null if there is none.
     *
     * @param lent a slot that is lent for the waiter to be chosen; null for none
     */
    Waiter<C> head(PriorityQueues<C> queue, Slot<C> lent) {
        if (queue.size() == 0) return null;
        count(lent);
        return queue.first(waiter -> allows(waiter.callers()));
    }

    /** How many of the waiters could be served if there were a slot for each. */
    int servable(PriorityQueues<C> queue) {
        count(null);
        int servable = 0;
        for (Waiter<C> waiter : queue.all()) {
            CallerClass callers = waiter.callers();
            if (!allows(callers)) continue;
            servable++;
            leased++;
            if (callers != null) callers.count(callers.leased() + 1);
        }
        return servable;
    }

    /** The present use of a quota; that of callers without a class if null. */
    QuotaCount use(List<Waiter<C>> waiting, CallerClass callers) {
        count(null);
        int waits = (int)
                waiting.stream().filter(waiter -> waiter.callers() == callers).count();
        int others = unusedReserveBesides(callers);
        boolean limits = !allows(callers);
        if (callers != null) {
            return new QuotaCount(callers.max(), callers.reserved(), callers.leased(), waits, others, limits);
        }
        int plain = leased;
        for (CallerClass other : classes.values()) plain -= other.leased();
        return new QuotaCount(size, 0, plain, waits, others, limits);
    }

    /** How many waiters have this class, which may be null. */
    static <C> int waiting(PriorityQueues<C> queue, CallerClass callers) {
        int waiting = 0;
        for (Waiter<C> waiter : queue.all()) if (waiter.callers() == callers) waiting++;
        return waiting;
    }
}
