package dev.rockpool.internal.core.stats;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts durations in buckets that grow with the value: 16 of equal width between successive powers of two. A
 * percentile is the middle of its bucket, so it is at most 1/32, some 3 %, off. Count, mean and maximum are exact.
 *
 * <p>This is own code because it is short, and takes 24 bytes until its first value, then 400, and 150 per power of two that
 * occurs. A library would add 200 kB to every user of the pool, and use 8 kB per histogram at its lowest precision.
 *
 * <p>Recording is thread-safe, and lock-free after the first value. A concurrent summary may miss values that are being recorded.
 */
public final class Histogram {
    private static final int SUB_BITS = 4;
    private static final int SUB_BUCKETS = 1 << SUB_BITS;
    private static final int ROWS = Long.SIZE - SUB_BITS;

    /** Null until the first value, because many histograms of most pools stay empty. */
    private volatile Values values;

    /** One row of buckets for each power of two, made when its first value is recorded. */
    private static final class Values {
        final AtomicReferenceArray<AtomicLongArray> rows = new AtomicReferenceArray<>(ROWS);
        final LongAdder sum = new LongAdder();
        final LongAdder records = new LongAdder();
        final AtomicLong max = new AtomicLong();

        void record(long value) {
            int bucket = bucketOf(value);
            row(bucket / SUB_BUCKETS).incrementAndGet(bucket % SUB_BUCKETS);
            sum.add(value);
            if (value > max.get()) raiseMax(value);
            records.increment(); // last, so that a summary made before this is made again
        }

        private void raiseMax(long value) {
            for (long known = max.get(); value > known; known = max.get()) max.compareAndSet(known, value);
        }

        private AtomicLongArray row(int index) {
            AtomicLongArray row = rows.get(index);
            if (row != null) return row;
            rows.compareAndSet(index, null, new AtomicLongArray(SUB_BUCKETS));
            return rows.get(index);
        }
    }

    /** Caches the latest summary, because frequent readers mostly find nothing new. */
    private volatile Latest latest = NOTHING;

    private record Latest(long records, long zeros, Summary summary) {}

    private static final Latest NOTHING = new Latest(0, 0, new Summary(0, 0, 0, 0, 0, 0, 0));

    /** A summary in the unit of the values; all zero if nothing was recorded. */
    public record Summary(long count, long mean, long p50, long p90, long p99, long p999, long max) {}

    /** Records a value. Negative values count as zero. */
    public void record(long value) {
        Values to = values;
        if (to == null) to = firstValues();
        to.record(Math.max(0, value));
    }

    private synchronized Values firstValues() {
        if (values == null) values = new Values();
        return values;
    }

    /** How many values were recorded. */
    public long count() {
        Values recorded = values;
        return recorded == null ? 0 : recorded.records.sum();
    }

    public Summary summary() {
        return summary(0);
    }

    /**
     * A summary as if this many values of zero had been recorded too.
     *
     * @param zeros zero or more
     */
    public Summary summary(long zeros) {
        long now = count();
        Latest known = latest;
        if (known.records == now && known.zeros == zeros) return known.summary;
        Values recorded = values;
        Summary made = recorded == null ? new Summary(zeros, 0, 0, 0, 0, 0, 0) : summarize(recorded, zeros);
        latest = new Latest(now, zeros, made);
        return made;
    }

    private static Summary summarize(Values recorded, long zeros) {
        long highest = recorded.max.get();
        long[] copy = new long[bucketOf(highest) + 1];
        long count = zeros;
        for (int i = 0; i < copy.length; i++) {
            AtomicLongArray row = recorded.rows.get(i / SUB_BUCKETS);
            if (row == null) continue;
            copy[i] = row.get(i % SUB_BUCKETS);
            count += copy[i];
        }
        copy[0] += zeros;
        if (count == 0) return new Summary(0, 0, 0, 0, 0, 0, 0);
        return new Summary(
                count,
                recorded.sum.sum() / count,
                percentile(copy, count, 0.5, highest),
                percentile(copy, count, 0.9, highest),
                percentile(copy, count, 0.99, highest),
                percentile(copy, count, 0.999, highest),
                highest);
    }

    /** The smallest value that at least this share of all values does not exceed. */
    private static long percentile(long[] counts, long total, double share, long highest) {
        long rank = Math.max(1, (long) Math.ceil(total * share));
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= rank) return Math.min(middleOf(i), highest);
        }
        return highest;
    }

    /** Values below 16 have a bucket each. Above, the four bits after the leading one select one of 16 buckets. */
    private static int bucketOf(long value) {
        if (value < SUB_BUCKETS) return (int) value;
        int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(value) - SUB_BITS;
        return shift * SUB_BUCKETS + (int) (value >>> shift);
    }

    private static long middleOf(int bucket) {
        if (bucket < SUB_BUCKETS) return bucket;
        int shift = bucket / SUB_BUCKETS - 1;
        long low = (long) (bucket - shift * SUB_BUCKETS) << shift;
        return low + ((1L << shift) >>> 1);
    }
}
