package dev.rockpool.monitor;

import dev.rockpool.TimeBucket;
import dev.rockpool.TimeStats;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The distribution of a duration in a range of time. Immutable. Count, total and mean are exact. Percentiles are
 * interpolated in the buckets of {@link TimeStats}, so they may be off by the width of a bucket; all are zero if nothing
 * was recorded.
 */
public final class TimeFigures {
    private final long count;
    private final long total;
    private final long[] bounds;
    private final long[] upTo;

    private TimeFigures(long count, long total, long[] bounds, long[] upTo) {
        this.count = count;
        this.total = total;
        this.bounds = bounds;
        this.upTo = upTo;
    }

    /** Everything since the pool was created. Returns the previous object if nothing was added, to save memory. */
    static TimeFigures since(TimeStats times, TimeFigures previous) {
        List<TimeBucket> buckets = times.getBuckets();
        long[] bounds = new long[buckets.size()];
        long[] upTo = new long[bounds.length];
        for (int i = 0; i < bounds.length; i++) {
            TimeBucket bucket = buckets.get(i);
            bounds[i] = bucket.upToNanos();
            upTo[i] = bucket.getCount();
        }
        if (previous != null && Arrays.equals(bounds, previous.bounds)) {
            if (previous.count == times.getTotalCount()) return previous;
            bounds = previous.bounds;
        }
        return new TimeFigures(times.getTotalCount(), times.totalNanos(), bounds, upTo);
    }

    /** The bounds of its buckets that are also in these. The same array if all are. */
    long[] common(long[] others) {
        if (others == bounds) return others;
        long[] both = Arrays.stream(bounds)
                .filter(bound -> Arrays.binarySearch(others, bound) >= 0)
                .toArray();
        return both.length == others.length ? others : both;
    }

    long[] bounds() {
        return bounds;
    }

    /** What was recorded after {@code begin}, in buckets of these bounds, which both must have. */
    TimeFigures minus(TimeFigures begin, long[] common) {
        return combined(begin, -1, common);
    }

    /** What both have recorded, in buckets that both have. */
    TimeFigures plus(TimeFigures other) {
        return combined(other, 1, common(other.bounds));
    }

    private TimeFigures combined(TimeFigures other, int sign, long[] common) {
        long[] counts = new long[common.length];
        for (int i = 0; i < counts.length; i++) counts[i] = at(common[i]) + sign * other.at(common[i]);
        return new TimeFigures(count + sign * other.count, total + sign * other.total, common, counts);
    }

    private long at(long bound) {
        return upTo[Arrays.binarySearch(bounds, bound)];
    }

    /** How many durations were recorded. */
    public long getCount() {
        return count;
    }

    /** Their sum. */
    public Duration getTotal() {
        return Duration.ofNanos(total);
    }

    public Duration getMean() {
        return Duration.ofNanos(count == 0 ? 0 : total / count);
    }

    /** The median: half of the durations did not exceed it. */
    public Duration getP50() {
        return percentile(0.5);
    }

    public Duration getP90() {
        return percentile(0.9);
    }

    public Duration getP99() {
        return percentile(0.99);
    }

    /**
     * A percentile: this share of the durations did not exceed it.
     *
     * @param share from 0 to 1
     * @throws IllegalArgumentException if the share is another number
     */
    public Duration percentile(double share) {
        if (!(share >= 0 && share <= 1))
            throw new IllegalArgumentException("share is " + share + " but must be from 0 to 1");
        if (count == 0) return Duration.ZERO;
        long rank = Math.max(1, (long) Math.ceil(count * share));
        // Those from this rank on are all at least as long, so together they cannot exceed the total.
        return Duration.ofNanos(Math.min(interpolated(rank), total / (count - rank + 1)));
    }

    private long interpolated(long rank) {
        for (int i = 0; i < bounds.length; i++) {
            if (upTo[i] < rank) continue;
            long low = i == 0 ? 0 : bounds[i - 1];
            long before = i == 0 ? 0 : upTo[i - 1];
            return low + (long) ((bounds[i] - low) * ((double) (rank - before) / (upTo[i] - before)));
        }
        return bounds.length == 0 ? Long.MAX_VALUE : bounds[bounds.length - 1];
    }

    /** How many durations did not exceed each bound, in ascending order. */
    public Map<Duration, Long> getBuckets() {
        Map<Duration, Long> all = new LinkedHashMap<>();
        for (int i = 0; i < bounds.length; i++) all.put(Duration.ofNanos(bounds[i]), upTo[i]);
        return all;
    }

    @Override
    public String toString() {
        return count == 0
                ? "never"
                : count + " times, mean " + getMean() + ", p50 " + getP50() + ", p90 " + getP90() + ", p99 " + getP99();
    }
}
