package dev.rockpool.monitor;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The latest rows, as many as fit into the retention. Thread-safe. Each row is immutable. */
final class Ring {
    private final String pool;
    private final Row[] rows;
    private final Duration before;
    private int next;
    private int size;

    /**
     * @param capacity how many rows to keep, at least 2
     * @param before how long the pool had run when the monitor began
     */
    Ring(String pool, int capacity, Duration before) {
        this.pool = pool;
        this.rows = new Row[capacity];
        this.before = before;
    }

    synchronized void add(Row row) {
        rows[next] = row;
        next = (next + 1) % rows.length;
        size = Math.min(size + 1, rows.length);
    }

    /** The latest row; null if there is none. */
    synchronized Row latest() {
        return size == 0 ? null : row(size - 1);
    }

    synchronized int size() {
        return size;
    }

    /** The figures between the last looks at or before these times. */
    synchronized PoolFigures range(Instant from, Instant to) {
        int begin = lastAt(from);
        return figures(begin, Math.max(begin, lastAt(to)));
    }

    /** The figures from the last look that is at least this old to {@code end}, which need not be in the ring. */
    synchronized PoolFigures upTo(Row end, long nanos) {
        int begin = size - 1;
        while (begin > 0 && row(begin).nanos > end.nanos - nanos) begin--;
        List<Row> after = new ArrayList<>();
        for (int i = begin + 1; i < size && row(i).nanos < end.nanos; i++) after.add(row(i));
        if (row(begin) != end) after.add(end);
        return PoolFigures.between(pool, before, row(begin), after);
    }

    /** The figures of consecutive ranges, without those in which there was no look. */
    synchronized List<PoolFigures> series(Instant from, Instant to, Duration step) {
        List<PoolFigures> all = new ArrayList<>();
        int begin = lastAt(from);
        int last = lastAt(to);
        Instant end = later(from, row(begin).at).plus(step);
        for (int i = begin + 1; i <= last; i++) {
            boolean closes = i == last || row(i + 1).at.isAfter(end);
            if (!closes) continue;
            all.add(figures(begin, i));
            begin = i;
            if (i < last) end = end.plus(step.multipliedBy(steps(end, row(i + 1).at, step)));
        }
        return all;
    }

    /** How many whole steps after {@code end} the range ends that contains {@code next}. */
    private static long steps(Instant end, Instant next, Duration step) {
        long beyond = Duration.between(end, next).toNanos();
        return Math.max(1, (beyond + step.toNanos() - 1) / step.toNanos());
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private PoolFigures figures(int begin, int end) {
        List<Row> after = new ArrayList<>();
        for (int i = begin + 1; i <= end; i++) after.add(row(i));
        return PoolFigures.between(pool, before, row(begin), after);
    }

    /** The last row at or before this time, or the oldest one. */
    private int lastAt(Instant time) {
        int at = size - 1;
        while (at > 0 && row(at).at.isAfter(time)) at--;
        return at;
    }

    /** By age: the oldest is 0. */
    private Row row(int index) {
        return rows[Math.floorMod(next - size + index, rows.length)];
    }
}
