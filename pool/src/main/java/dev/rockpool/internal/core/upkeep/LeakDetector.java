package dev.rockpool.internal.core.upkeep;

import dev.rockpool.internal.core.lending.LeaseRecorder;
import dev.rockpool.internal.core.lending.PoolState;
import dev.rockpool.internal.core.slot.Holder;
import dev.rockpool.internal.core.slot.Phase;
import dev.rockpool.internal.core.slot.PhaseCounts;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.core.slot.Slots;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the leases that last too long, and forgets who held what is not leased.
 *
 * <p>Single-threaded: belongs to the keeper, and looks when {@link MaintenancePlanner} has.
 */
public final class LeakDetector<C> {
    private final Slots<C> slots;
    private final LeaseRecorder<C> notes;

    public LeakDetector(PoolState<C> lending) {
        this.slots = lending.slots();
        this.notes = lending.recorder();
    }

    /**
     * A lease that lasts too long.
     *
     * @param held for how long, at least
     * @param first whether it was not reported before
     */
    public record Overdue<C>(Slot<C> slot, long ticket, long held, boolean first) {}

    /**
     * Looks at every slot once. What is overdue is to be reported if this is the first time, and to be taken back if its
     * holder has ended.
     *
     * @param threshold how long a lease may last; {@code Long.MAX_VALUE} for any time
     */
    public List<Overdue<C>> look(long now, long threshold) {
        notes.look(now, PhaseCounts.of(slots).leases());
        List<Overdue<C>> overdue = new ArrayList<>(0);
        for (Slot<C> slot : slots.all()) {
            slot.forgetHolder();
            long ticket = slot.ticket();
            if (Phase.of(ticket) != Phase.LEASED || slot.holder(ticket) == Holder.RESET) continue;
            long held = MaintenancePlanner.heldFor(slot, now);
            if (held < threshold || !slot.isHeldBy(ticket)) continue;
            overdue.add(new Overdue<>(slot, ticket, held, slot.reportedTicket != ticket));
            slot.reportedTicket = ticket;
            slot.reportedNumber = slot.number();
        }
        return overdue;
    }

    /** The numbers of connections whose lease was found overdue, and has ended since; each is told once. */
    public List<Long> ended() {
        List<Long> ended = new ArrayList<>(0);
        for (Slot<C> slot : slots.all()) {
            if (slot.reportedTicket == 0 || slot.isHeldBy(slot.reportedTicket)) continue;
            slot.reportedTicket = 0;
            ended.add(slot.reportedNumber);
        }
        return ended;
    }

    /** This overdue lease was taken back: its end is no news. */
    public void taken(Slot<C> slot) {
        slot.reportedTicket = 0;
    }
}
