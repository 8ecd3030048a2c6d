package dev.rockpool.examples.bench;

import java.util.List;

/** A case that JMH measures: nanoseconds per cycle, and bytes allocated. */
public abstract class JmhCase extends BenchCase {
    public static final Metric NANOS = Metric.less("nanos", "ns per cycle and thread");
    public static final Metric BYTES = Metric.less("bytes", "bytes allocated per cycle");

    /** About the time that the JIT compiler needs for the longest of these cycles. */
    private static final double WARM_UP_SECONDS = 1.5;

    private final Class<?> benchmark;

    /** @param benchmark has one benchmark, and a parameter {@code pool} with the name of an enum's constant */
    protected JmhCase(About about, Class<?> benchmark) {
        super(about);
        this.benchmark = benchmark;
    }

    public final Class<?> benchmark() {
        return benchmark;
    }

    @Override
    public final List<Metric> metrics() {
        return List.of(NANOS, BYTES);
    }

    @Override
    public final double seconds(Effort effort) {
        return effort.atLeast(WARM_UP_SECONDS).seconds(1);
    }

    @Override
    final ForkOutput fork(ForkInput input, Runnable server) throws ForkFailure {
        return new JmhFork(benchmark, input, input.effort().atLeast(WARM_UP_SECONDS), limitSeconds(input.effort()))
                .run();
    }
}
