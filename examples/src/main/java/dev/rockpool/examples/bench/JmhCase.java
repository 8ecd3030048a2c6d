package dev.rockpool.examples.bench;

import java.util.List;

/** A case that JMH measures: nanoseconds per cycle, and bytes allocated. */
public abstract class JmhCase extends BenchCase {
    public static final Metric NANOS = Metric.less("nanos", "ns per cycle and thread");
    public static final Metric BYTES = Metric.less("bytes", "bytes allocated per cycle");

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
    final ForkOutput fork(ForkInput input, Runnable server) throws ForkFailure {
        return new JmhFork(benchmark, input, limitSeconds(input.effort())).run();
    }
}
