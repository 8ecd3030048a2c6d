package dev.rockpool.examples.bench.cases;

import dev.rockpool.examples.bench.Effort;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;

/**
 * Tells when what runs has been warmed up: after the time for that, and once the JIT compiler rests. Before, it takes a good part of
 * two processors, and what is measured is mostly how much code there is to compile. Not thread-safe.
 */
final class WarmUp {
    private static final double LOOK_SECONDS = 0.6;
    private static final double AT_REST = 0.1;
    private static final long PAUSE_MILLIS = 20;
    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e3;

    private final CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    private final Effort effort;
    private final long start = System.nanoTime();
    private long lookedAt = start;
    private double compiledThen = compiledSeconds();

    WarmUp(Effort effort) {
        this.effort = effort;
    }

    /** Waits until it is over. */
    void await() throws InterruptedException {
        while (!isOver()) Thread.sleep(PAUSE_MILLIS);
    }

    /** To be asked again and again. */
    boolean isOver() {
        long now = System.nanoTime();
        double elapsed = (now - start) / NANOS;
        if (elapsed < effort.warmUpSeconds()) return false;
        return elapsed >= effort.mostWarmUpSeconds() || isAtRest(now);
    }

    private boolean isAtRest(long now) {
        double looked = (now - lookedAt) / NANOS;
        if (looked < LOOK_SECONDS) return false;
        double compiled = compiledSeconds();
        boolean rests = compiled - compiledThen < AT_REST * looked;
        lookedAt = now;
        compiledThen = compiled;
        return rests;
    }

    /** Zero where nothing is compiled, or nobody counts it. */
    private double compiledSeconds() {
        boolean counts = compiler != null && compiler.isCompilationTimeMonitoringSupported();
        return counts ? compiler.getTotalCompilationTime() / MILLIS : 0;
    }
}
