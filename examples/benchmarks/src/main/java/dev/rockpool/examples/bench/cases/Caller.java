package dev.rockpool.examples.bench.cases;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/** A thread that takes, holds and returns a connection repeatedly until it is stopped. */
final class Caller implements Runnable {
    /** Shared flags that tell all callers whether cycles count yet, and whether to continue. */
    static final class Phase {
        volatile boolean counts;
        volatile boolean over;
    }

    private static final long LONGEST_NANOS = 120_000_000_000L;

    private final Lender lender;
    private final Hold hold;
    private final Phase phase;
    private final Histogram waits;
    private final AtomicLong cycles = new AtomicLong();
    private volatile Throwable failure;
    private long counted;

    /** @param timed whether to record waits, which costs two clock reads per cycle */
    Caller(Lender lender, Hold hold, Phase phase, boolean timed) {
        this.lender = lender;
        this.hold = hold;
        this.phase = phase;
        this.waits = timed ? new Histogram(LONGEST_NANOS, 2) : null;
    }

    @Override
    public void run() {
        try {
            while (!phase.over) cycle();
        } catch (Throwable e) {
            failure = e;
        }
    }

    private void cycle() throws SQLException {
        long start = waits == null ? 0 : System.nanoTime();
        Connection connection = lender.take();
        long waited = waits == null ? 0 : System.nanoTime() - start;
        try {
            hold.with(connection);
        } finally {
            lender.giveBack(connection);
        }
        cycles.lazySet(cycles.get() + 1);
        if (!phase.counts) return;
        counted++;
        if (waits != null) waits.recordValue(Math.min(waited, LONGEST_NANOS));
    }

    /** Cycles so far. Thread-safe. */
    long cycles() {
        return cycles.get();
    }

    /** The failure, or null. Thread-safe. */
    Throwable failure() {
        return failure;
    }

    /** Cycles that counted. Call after it has ended. */
    long counted() {
        return counted;
    }

    /** Adds all recorded waits. Call after it has ended. */
    void addWaitsTo(Histogram all) {
        all.add(waits);
    }
}
