package dev.rockpool.jdbc.internal.batch;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts what one statement sent. Thread-safe. */
public final class BatchCounts {
    private final LongAdder calls = new LongAdder();
    private final LongAdder batches = new LongAdder();
    private final LongAdder split = new LongAdder();
    private final AtomicInteger largest = new AtomicInteger();

    /** Counts calls that were sent together. */
    void sent(int size) {
        calls.add(size);
        batches.increment();
        if (size > largest.get()) largest.accumulateAndGet(size, Math::max);
    }

    /** Counts a batch whose calls ran one by one. */
    void split() {
        split.increment();
    }

    public long calls() {
        return calls.sum();
    }

    public long batches() {
        return batches.sum();
    }

    public long splits() {
        return split.sum();
    }

    public int largest() {
        return largest.get();
    }
}
