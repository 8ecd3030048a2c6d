package dev.rockpool.examples.bench.cases;

import dev.rockpool.examples.bench.Effort;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/** Threads that all use connections for a while, and their results. */
final class Crowd {
    private static final long ENDING_MILLIS = 40_000;
    private static final double MILLIS_PER_SECOND = 1e3;

    private final List<Caller> callers = new ArrayList<>();
    private final List<Double> rates = new ArrayList<>();

    private Crowd() {}

    /** Cycles per second of all threads together, in each window. */
    List<Double> rates() {
        return rates;
    }

    /** The 99th percentile of waits, in microseconds. */
    double p99Micros() {
        Histogram all = new Histogram(2);
        callers.forEach(caller -> caller.addWaitsTo(all));
        return all.getValueAtPercentile(99) / (double) TimeUnit.MICROSECONDS.toNanos(1);
    }

    /** By how many percent the least served thread is behind the most served one. */
    double spreadPercent() {
        long most = callers.stream().mapToLong(Caller::counted).max().orElse(0);
        long least = callers.stream().mapToLong(Caller::counted).min().orElse(0);
        return most == 0 ? 100 : 100.0 * (most - least) / most;
    }

    /**
     * Runs a crowd.
     *
     * @param lender supplies each caller's source of connections
     * @param timed whether to record waits
     */
    static Crowd run(int size, ThreadFactory threads, Supplier<Lender> lender, Hold hold, boolean timed, Effort effort)
            throws InterruptedException {
        Crowd crowd = new Crowd();
        Caller.Phase phase = new Caller.Phase();
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            Caller caller = new Caller(lender.get(), hold, phase, timed);
            crowd.callers.add(caller);
            running.add(threads.newThread(caller));
        }
        running.forEach(Thread::start);
        crowd.watch(phase, effort);
        phase.over = true;
        for (Thread thread : running) thread.join(ENDING_MILLIS);
        crowd.check();
        if (running.stream().anyMatch(Thread::isAlive)) throw new IllegalStateException("a caller hangs");
        return crowd;
    }

    private void watch(Caller.Phase phase, Effort effort) throws InterruptedException {
        new WarmUp(effort).await();
        phase.counts = true;
        for (int i = 0; i < effort.windows(); i++) {
            long before = cycles();
            long start = System.nanoTime();
            Thread.sleep((long) (effort.windowSeconds() * MILLIS_PER_SECOND));
            rates.add((cycles() - before) * 1e9 / (System.nanoTime() - start));
        }
        check();
        phase.counts = false;
    }

    /** All cycles, including those of the warm-up. */
    long cycles() {
        return callers.stream().mapToLong(Caller::cycles).sum();
    }

    private void check() {
        callers.stream()
                .map(Caller::failure)
                .filter(failure -> failure != null)
                .findFirst()
                .ifPresent(failure -> {
                    throw new IllegalStateException("a caller failed: " + failure, failure);
                });
    }
}
