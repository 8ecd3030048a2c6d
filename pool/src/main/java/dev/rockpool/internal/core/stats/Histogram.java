package dev.rockpool.internal.core.stats;

import java.util.Arrays;
import java.util.List;
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
 * <p>Counts never fall. {@link #reset} remembers them, and a {@link Summary} covers what came later.
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

        void record(long value, long weight) {
            int bucket = bucketOf(value);
            row(bucket / SUB_BUCKETS).addAndGet(bucket % SUB_BUCKETS, weight);
            sum.add(value * weight);
            if (value > max.get()) raiseMax(value);
            records.add(weight); // last, so that a summary made before this is made again
        }

        /** All counts, up to the highest bucket that was ever used. */
        long[] counts() {
            int highest = rows.length() - 1;
            while (highest >= 0 && rows.get(highest) == null) highest--;
            long[] counts = new long[(highest + 1) * SUB_BUCKETS];
            for (int i = 0; i <= highest; i++) {
                AtomicLongArray row = rows.get(i);
                for (int j = 0; row != null && j < SUB_BUCKETS; j++) counts[i * SUB_BUCKETS + j] = row.get(j);
            }
            return counts;
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

    private record Latest(long records, long zeros, Baseline since, Summary summary) {}

    /** What had been counted at the last reset. */
    private record Baseline(long[] counts, long sum) {
        long of(int bucket) {
            return bucket < counts.length ? counts[bucket] : 0;
        }

        Baseline plus(Baseline other) {
            long[] both = Arrays.copyOf(counts, Math.max(counts.length, other.counts.length));
            for (int i = 0; i < other.counts.length; i++) both[i] += other.counts[i];
            return new Baseline(both, sum + other.sum);
        }
    }

    private static final Baseline BEGINNING = new Baseline(new long[0], 0);
    private static final Latest NOTHING = new Latest(0, 0, BEGINNING, new Summary(0, 0, 0, 0, 0, 0, 0));
    private volatile Baseline baseline = BEGINNING;

    /** A summary in the unit of the values; all zero if nothing was recorded. */
    public record Summary(long count, long mean, long p50, long p90, long p99, long p999, long max) {}

    /**
     * All values that were ever recorded.
     *
     * @param count how many
     * @param sum their sum
     * @param upTo how many did not exceed each bound, as precisely as percentiles
     */
    public record Totals(long count, long sum, long[] upTo) {
        private static final long[] NONE = {};

        /** How many bounds have no value up to them. */
        public int zeros() {
            int zeros = 0;
            while (zeros < upTo.length && upTo[zeros] == 0) zeros++;
            return zeros;
        }

        /** The numbers from this bound on, without those that all values are up to. */
        public long[] between(int first) {
            int end = first;
            while (end < upTo.length && upTo[end] < count) end++;
            return end == first ? NONE : Arrays.copyOfRange(upTo, first, end);
        }
    }

    /** Records a value. Negative values count as zero. */
    public void record(long value) {
        record(value, 1);
    }

    /** Records a value that stands for this many. */
    public void record(long value, long weight) {
        Values to = values;
        if (to == null) to = firstValues();
        to.record(Math.max(0, value), weight);
    }

    /** Resets the summary, but not the totals. */
    public void reset() {
        Values recorded = values;
        if (recorded == null) return;
        baseline = new Baseline(recorded.counts(), recorded.sum.sum());
        recorded.max.set(0);
    }

    /**
     * All values so far, for exports: no number in it is ever lower than in an earlier one.
     *
     * @param bounds in ascending order, in the unit of the values
     */
    public Totals totals(long[] bounds) {
        long[] upTo = new long[bounds.length];
        Values recorded = values;
        if (recorded == null) return new Totals(0, 0, upTo);
        long sum = recorded.sum.sum();
        long[] counts = recorded.counts();
        long count = 0;
        int bound = 0;
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] == 0) continue;
            while (bound < bounds.length && middleOf(i) > bounds[bound]) upTo[bound++] = count;
            count += counts[i];
        }
        while (bound < bounds.length) upTo[bound++] = count;
        return new Totals(count, sum, upTo);
    }

    /** A new histogram of everything that these have recorded. */
    public static Histogram sum(List<Histogram> all) {
        Histogram sum = new Histogram();
        for (Histogram each : all) sum.add(each);
        return sum;
    }

    private void add(Histogram other) {
        Values from = other.values;
        if (from == null) return;
        Baseline since = other.baseline;
        Values to = values == null ? firstValues() : values;
        long[] counts = from.counts();
        long sum = from.sum.sum();
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] == 0) continue;
            to.row(i / SUB_BUCKETS).addAndGet(i % SUB_BUCKETS, counts[i]);
            to.records.add(counts[i]);
        }
        to.sum.add(sum);
        to.raiseMax(from.max.get());
        baseline = baseline.plus(since);
    }

    private synchronized Values firstValues() {
        if (values == null) values = new Values();
        return values;
    }

    /** How many values were ever recorded. */
    public long count() {
        Values recorded = values;
        return recorded == null ? 0 : recorded.records.sum();
    }

    /** A summary of the values since the last reset. */
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
        Baseline since = baseline;
        Latest known = latest;
        if (known.records == now && known.zeros == zeros && known.since == since) return known.summary;
        Values recorded = values;
        Summary made = recorded == null ? new Summary(zeros, 0, 0, 0, 0, 0, 0) : summarize(recorded, zeros, since);
        latest = new Latest(now, zeros, since, made);
        return made;
    }

    private static Summary summarize(Values recorded, long zeros, Baseline since) {
        long highest = recorded.max.get();
        long sum = recorded.sum.sum() - since.sum;
        long[] copy = recorded.counts();
        long count = zeros;
        for (int i = 0; i < copy.length; i++) {
            copy[i] -= since.of(i);
            count += copy[i];
        }
        if (count == 0) return new Summary(0, 0, 0, 0, 0, 0, 0);
        if (copy.length == 0) return new Summary(count, 0, 0, 0, 0, 0, 0);
        copy[0] += zeros;
        return new Summary(
                count,
                Math.max(0, sum) / count,
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
