package dev.rockpool.jdbc;

/** What a {@link BatchedStatement} has done so far. */
public final class BatchStats {
    private final long calls;
    private final long batches;
    private final long splits;
    private final int largest;
    private final int pending;

    BatchStats(long calls, long batches, long splits, int largest, int pending) {
        this.calls = calls;
        this.batches = batches;
        this.splits = splits;
        this.largest = largest;
        this.pending = pending;
    }

    /** Those of two places together. */
    BatchStats and(BatchStats other) {
        return new BatchStats(
                calls + other.calls,
                batches + other.batches,
                splits + other.splits,
                Math.max(largest, other.largest),
                pending + other.pending);
    }

    /** How many calls were sent. One that had to wait again counts twice. */
    public long getCalls() {
        return calls;
    }

    /** How many times a connection was used for them. A call that was sent alone is a batch of one. */
    public long getBatches() {
        return batches;
    }

    /** How many batches of several calls did not run together, or had to run again, one by one. */
    public long getSplits() {
        return splits;
    }

    /** How many calls the largest batch had. */
    public int getLargest() {
        return largest;
    }

    /** How many calls wait now. */
    public int getPending() {
        return pending;
    }

    @Override
    public String toString() {
        return "BatchStats(calls=" + calls + ", batches=" + batches + ", splits=" + splits + ", largest=" + largest
                + ", pending=" + pending + ")";
    }
}
