package dev.rockpool.jdbc.internal.metrics;

import java.util.BitSet;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Lets all meters of one pool read one sample per scrape, although a registry reads them one by one. A scrape reads each
 * meter once. So a reader that comes again begins a new sample.
 *
 * <p>A meter may be read alone, too. So a sample is used for a tenth of a second only.
 */
final class SharedSample {
    private static final long FRESH_NANOS = 100_000_000L;

    private final Supplier<Sample> source;
    private final LongSupplier clock;
    private final BitSet readers = new BitSet();
    private Sample latest;
    private long takenAt;
    private int known;

    SharedSample(Supplier<Sample> source, LongSupplier clock) {
        this.source = source;
        this.clock = clock;
    }

    synchronized int newReader() {
        return known++;
    }

    /** The sample of the present scrape. */
    synchronized Sample get(int reader) {
        if (latest == null || readers.get(reader) || clock.getAsLong() - takenAt > FRESH_NANOS) take();
        readers.set(reader);
        return latest;
    }

    /** The sample of the present scrape, for a meter that is read twice in one scrape. */
    synchronized Sample get() {
        if (latest == null || clock.getAsLong() - takenAt > FRESH_NANOS) take();
        return latest;
    }

    private void take() {
        latest = source.get();
        takenAt = clock.getAsLong();
        readers.clear();
    }
}
