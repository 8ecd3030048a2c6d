package dev.rockpool.examples.bench.cases;

import dev.rockpool.examples.bench.Effort;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

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

    private final Effort effort;
    private final LongSupplier clock;
    private final DoubleSupplier compiler;
    private final long start;
    private long lookedAt;
    private double compiledThen;

    WarmUp(Effort effort) {
        this(effort, System::nanoTime, WarmUp::compiledSeconds);
    }

    /**
     * The same for tests.
     *
     * @param clock in nanoseconds
     * @param compiler for how many seconds it has worked; it counts a method when that is done
     */
    WarmUp(Effort effort, LongSupplier clock, DoubleSupplier compiler) {
        this.effort = effort;
        this.clock = clock;
        this.compiler = compiler;
        start = clock.getAsLong();
        lookedAt = start;
        compiledThen = compiler.getAsDouble();
    }

    /** Waits until it is over. */
    void await() throws InterruptedException {
        while (!isOver()) Thread.sleep(PAUSE_MILLIS);
    }

    /** To be asked again and again. */
    boolean isOver() {
        long now = clock.getAsLong();
        double elapsed = (now - start) / NANOS;
        if (elapsed < effort.warmUpSeconds()) return false;
        return elapsed >= effort.mostWarmUpSeconds() || isAtRest(now);
    }

    private boolean isAtRest(long now) {
        double looked = (now - lookedAt) / NANOS;
        if (looked < LOOK_SECONDS) return false;
        double compiled = compiler.getAsDouble();
        boolean rests = compiled - compiledThen < AT_REST * looked;
        lookedAt = now;
        compiledThen = compiled;
        return rests;
    }

    /** Zero where nothing is compiled, or nobody counts it. */
    private static double compiledSeconds() {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        boolean counts = compiler != null && compiler.isCompilationTimeMonitoringSupported();
        return counts ? compiler.getTotalCompilationTime() / MILLIS : 0;
    }
}
