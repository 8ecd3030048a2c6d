package dev.rockpool.jdbc.internal.cluster;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * When the primary was first seen at which position. So the lag of a standby is a time on one clock: how long ago the
 * primary was first seen beyond the position that the standby has applied.
 *
 * <p>So a standby that is cut off from the primary does not look like an idle one, as it does in the server's own numbers.
 */
final class PrimaryPositions {
    private static final int MOST = 1_024;

    private record Sample(long time, long position) {}

    private final Deque<Sample> samples = new ArrayDeque<>();

    /** Forgets everything, because there is another primary. */
    void clear() {
        samples.clear();
    }

    void add(long time, long position) {
        Sample latest = samples.peekLast();
        if (latest != null && position <= latest.position()) return;
        if (samples.size() == MOST) samples.removeFirst();
        samples.addLast(new Sample(time, position));
    }

    /**
     * How far a standby is behind.
     *
     * @param time when it was at this position
     * @param replayDelay what the standby says itself; counts only for what happened before the first sample
     */
    long lag(long time, long position, long replayDelay) {
        Sample first = samples.peekFirst();
        if (first == null) return 0;
        if (position < first.position()) return Math.max(since(first, time), replayDelay);
        for (Sample sample : samples) if (sample.position() > position) return since(sample, time);
        return 0;
    }

    private static long since(Sample sample, long time) {
        return Math.max(0, time - sample.time());
    }
}
