package dev.rockpool.internal.base;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;

/**
 * How many processors this process keeps busy if it uses nearly all of them; else 0. Measured by threads that are about
 * to wait behind others, at most ten times a second, because a look takes some 60 microseconds. Where the processor
 * time is unknown, the result is always 0.
 *
 * <p>Thread-safe. One thread looks at a time, and the others use the latest result.
 */
public class ProcessorLoad implements IntSupplier {
    /** One for all pools, because they share the processors. */
    public static final ProcessorLoad OF_PROCESS = new ProcessorLoad(System.nanoTime());

    private static final long UNKNOWN = -1;
    private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(100);

    /** Callers that sleep most of the time use a tenth to a third. Callers that compute use more than 80 %. */
    private static final double HIGH = 0.7;

    private final AtomicLong lookedAt;
    private long usedBefore = UNKNOWN;
    private volatile int busyProcessors;

    /** @param now the time in nanoseconds */
    ProcessorLoad(long now) {
        this.lookedAt = new AtomicLong(now);
    }

    @Override
    public final int getAsInt() {
        return busyProcessors;
    }

    /** Measures the load since the last look, unless that was a moment ago. */
    public final void look(long now) {
        long before = lookedAt.get();
        if (now - before < INTERVAL || !lookedAt.compareAndSet(before, now)) return;
        long used = usedOrUnknown();
        int processors = processors();
        boolean isHigh = usedBefore != UNKNOWN && used - usedBefore > HIGH * processors * (now - before);
        busyProcessors = isHigh ? processors : 0;
        usedBefore = used;
    }

    /** A platform or a security manager may forbid the question. That must not fail a caller that waits. */
    private long usedOrUnknown() {
        try {
            return used();
        } catch (RuntimeException e) {
            return UNKNOWN;
        }
    }

    /** When the latest look was. */
    final long lookedAt() {
        return lookedAt.get();
    }

    /** The processor time that this process has used, in nanoseconds. */
    long used() {
        Duration used = ProcessHandle.current().info().totalCpuDuration().orElse(null);
        return used == null ? UNKNOWN : used.toNanos();
    }

    /** How many processors it may use. */
    int processors() {
        return Runtime.getRuntime().availableProcessors();
    }
}
