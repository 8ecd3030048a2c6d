package dev.rockpool.dashboard.internal.pools;

import dev.rockpool.PoolStats;
import dev.rockpool.TimeBucket;
import dev.rockpool.TimeStats;
import dev.rockpool.dashboard.internal.json.JsonText;
import java.util.ArrayList;
import java.util.List;
import kotlinx.serialization.json.JsonElement;

/**
 * The figures of one interval for the charts. Rates are per second, and times are in milliseconds. NaN means that nothing
 * was measured.
 */
public record Point(long at, double[] values) {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;

    /** The names of the values, in their order; the first is the time. */
    public static final List<String> NAMES = List.of(
            "at",
            "idle",
            "leased",
            "opening",
            "probing",
            "closing",
            "max",
            "pending",
            "oldest",
            "exhausted",
            "served",
            "timedOut",
            "cancelled",
            "rejected",
            "shed",
            "failed",
            "opened",
            "openFailed",
            "waitP50",
            "waitP99",
            "use",
            "open");

    /**
     * The interval between two snapshots.
     *
     * @param at when it ended, in milliseconds since 1970
     * @param nanos how long it lasted
     */
    public static Point of(PoolStats before, PoolStats now, long at, long nanos) {
        double seconds = Math.max(1, nanos) / NANOS_PER_SECOND;
        double exhausted = (now.exhaustedForNanos() - before.exhaustedForNanos()) / NANOS_PER_SECOND / seconds;
        return new Point(at, new double[] {
            now.getIdle(),
            now.getLeased(),
            now.getOpening(),
            now.getProbing(),
            now.getClosing(),
            now.getMaxSize(),
            now.getPending(),
            now.oldestWaitNanos() / NANOS_PER_MILLI,
            Math.min(1, exhausted),
            (now.getAcquired() - before.getAcquired()) / seconds,
            (now.getTimedOut() - before.getTimedOut()) / seconds,
            (now.getCancelled() - before.getCancelled()) / seconds,
            (now.getRejected() - before.getRejected()) / seconds,
            (now.getShed() - before.getShed()) / seconds,
            (now.getFailed() - before.getFailed()) / seconds,
            (now.getOpened() - before.getOpened()) / seconds,
            (now.getOpenFailed() - before.getOpenFailed()) / seconds,
            percentile(before.getTimes().getWait(), now.getTimes().getWait(), 0.5),
            percentile(before.getTimes().getWait(), now.getTimes().getWait(), 0.99),
            mean(before.getTimes().getUse(), now.getTimes().getUse()),
            mean(before.getTimes().getOpen(), now.getTimes().getOpen()),
        });
    }

    public JsonElement toJson() {
        List<Object> all = new ArrayList<>(values.length + 1);
        all.add(at);
        for (double value : values) all.add(value);
        return JsonText.of(all);
    }

    private static double mean(TimeStats before, TimeStats now) {
        long count = now.getTotalCount() - before.getTotalCount();
        return count <= 0 ? Double.NaN : (now.totalNanos() - before.totalNanos()) / NANOS_PER_MILLI / count;
    }

    /** The value that this share did not exceed, as precisely as the buckets tell. */
    private static double percentile(TimeStats before, TimeStats now, double share) {
        long count = now.getTotalCount() - before.getTotalCount();
        if (count <= 0 || before.getBuckets().size() != now.getBuckets().size()) return Double.NaN;
        double wanted = share * count;
        double below = 0;
        double lowest = 0;
        for (int i = 0; i < now.getBuckets().size(); i++) {
            TimeBucket bucket = now.getBuckets().get(i);
            double upTo = bucket.upToNanos() / NANOS_PER_MILLI;
            double within = bucket.getCount() - before.getBuckets().get(i).getCount();
            if (within >= wanted) return lowest + (upTo - lowest) * (wanted - below) / Math.max(1, within - below);
            below = within;
            lowest = upTo;
        }
        return lowest;
    }
}
