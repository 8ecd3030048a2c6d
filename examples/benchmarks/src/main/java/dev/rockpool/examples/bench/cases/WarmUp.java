package dev.rockpool.examples.bench.cases;

import com.sun.management.OperatingSystemMXBean;
import dev.rockpool.examples.bench.Effort;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Decides when the measured code is warmed up: after the minimum time, and once the JIT compiler is idle. Before that,
 * the compiler uses much of two processors, and the result mostly shows how much code there is to compile. Not
 * thread-safe.
 */
final class WarmUp {
    private static final double LOOK_SECONDS = 0.6;
    private static final double AT_REST = 0.1;
    private static final long PAUSE_MILLIS = 20;
    private static final double NANOS = 1e9;

    private final Effort effort;
    private final LongSupplier clock;
    private final DoubleSupplier compiler;
    private final long start;
    private long lookedAt;
    private double compiledThen;

    WarmUp(Effort effort) {
        this(effort, System::nanoTime, WarmUp::jvmSeconds);
    }

    /**
     * For tests.
     *
     * @param clock in nanoseconds
     * @param compiler how many seconds the compiler has worked
     */
    WarmUp(Effort effort, LongSupplier clock, DoubleSupplier compiler) {
        this.effort = effort;
        this.clock = clock;
        this.compiler = compiler;
        start = clock.getAsLong();
        lookedAt = start;
        compiledThen = compiler.getAsDouble();
    }

    /** Waits until the warm-up is over. */
    void await() throws InterruptedException {
        while (!isOver()) Thread.sleep(PAUSE_MILLIS);
    }

    /** Whether the warm-up is over. Must be called repeatedly. */
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

    /**
     * The processor time of the JVM's own threads in seconds, which is mostly the compiler's. The JVM counts a method's
     * compilation only when it is done, and some take more than a second.
     */
    private static double jvmSeconds() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        double all =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
        for (long id : threads.getAllThreadIds()) all -= Math.max(0, threads.getThreadCpuTime(id));
        return all / NANOS;
    }
}
