package dev.rockpool.internal.engine.runtime;

import dev.rockpool.CloseReason;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** Counts events since the pool was created. Leases are counted in the slots. Updated only on slow paths. */
public final class Counters {
    public final LongAdder opened = new LongAdder();
    public final LongAdder openFailed = new LongAdder();
    public final LongAdder timedOut = new LongAdder();
    public final LongAdder cancelled = new LongAdder();
    public final LongAdder rejected = new LongAdder();
    public final LongAdder shed = new LongAdder();
    public final LongAdder failed = new LongAdder();
    public final LongAdder leaked = new LongAdder();
    public final LongAdder reclaimed = new LongAdder();

    /** By reason. Null until the first one, because most idle pools have closed none. */
    private volatile AtomicLongArray closed;

    /** Counts a closed connection. */
    public void closed(CloseReason why) {
        AtomicLongArray counts = closed;
        if (counts == null) counts = firstClosed();
        counts.incrementAndGet(why.ordinal());
    }

    private synchronized AtomicLongArray firstClosed() {
        if (closed == null) closed = new AtomicLongArray(CloseReason.values().length);
        return closed;
    }

    /** All closed connections. */
    public long closed() {
        AtomicLongArray counts = closed;
        long all = 0;
        for (int i = 0; counts != null && i < counts.length(); i++) all += counts.get(i);
        return all;
    }

    /** Closed connections by reason, without reasons that did not occur. */
    public Map<CloseReason, Long> closedBy() {
        AtomicLongArray counts = closed;
        if (counts == null) return Map.of();
        Map<CloseReason, Long> byReason = new EnumMap<>(CloseReason.class);
        for (CloseReason why : CloseReason.values()) {
            long count = counts.get(why.ordinal());
            if (count > 0) byReason.put(why, count);
        }
        return Collections.unmodifiableMap(byReason);
    }
}
