package dev.rockpool.internal.core.slot;

/** How many slots are in each phase. Each slot is counted once, so the sum never exceeds the number of slots. */
public final class PhaseCounts {
    private final int[] counts = new int[Phase.values().length];
    private long leases;

    public static PhaseCounts of(Slots<?> slots) {
        PhaseCounts result = new PhaseCounts();
        for (Slot<?> slot : slots.all()) {
            result.counts[slot.phase().ordinal()]++;
        }
        result.leases = slots.leases();
        return result;
    }

    public int count(Phase phase) {
        return counts[phase.ordinal()];
    }

    /** Open connections: idle, leased or being probed. */
    public int open() {
        return count(Phase.IDLE) + count(Phase.LEASED) + count(Phase.PROBING);
    }

    /** Connections that are open, opening or closing. */
    public int total() {
        int all = 0;
        for (int count : counts) all += count;
        return all - count(Phase.VACANT);
    }

    /** How many leases there have been. */
    public long leases() {
        return leases;
    }
}
