package dev.rockpool.internal.core.slot;

/** How many slots are in each phase. Each slot is counted once, so the sum never exceeds the number of slots. */
public final class PhaseCounts {
    private final int[] counts = new int[Phase.values().length];
    private long leases;

    public static PhaseCounts of(Slots<?> slots) {
        PhaseCounts census = new PhaseCounts();
        for (Slot<?> slot : slots.all()) {
            census.counts[slot.phase().ordinal()]++;
        }
        census.leases = slots.leases();
        return census;
    }

    public int count(Phase phase) {
        return counts[phase.ordinal()];
    }

    /** Connections that are there: idle, leased or being probed. */
    public int open() {
        return count(Phase.IDLE) + count(Phase.LEASED) + count(Phase.PROBING);
    }

    /** Connections open, opening or closing. */
    public int total() {
        int all = 0;
        for (int count : counts) all += count;
        return all - count(Phase.VACANT);
    }

    /** How many leases were ever given. */
    public long leases() {
        return leases;
    }
}
