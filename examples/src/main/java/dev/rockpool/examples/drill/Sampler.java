package dev.rockpool.examples.drill;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Takes a series of samples. Not thread-safe. */
final class Sampler {
    private final Meter meter;
    private final Callers callers;
    private final ServerWatch watch;
    private final Events clock;
    private final List<Sample> samples = new ArrayList<>();
    private double lastAt;
    private long lastErrors;
    private long lastTimeouts;
    private int peakInPool;

    Sampler(Meter meter, Callers callers, ServerWatch watch, Events clock) {
        this.meter = meter;
        this.callers = callers;
        this.watch = watch;
        this.clock = clock;
        this.lastAt = clock.now();
    }

    /** Takes a sample. */
    Sample take() {
        double at = clock.now();
        Map<Phase, Histogram> interval = meter.interval();
        Histogram wait = interval.get(Phase.WAIT);
        Occupancy pool = callers.occupancy();
        peakInPool = Math.max(peakInPool, pool.total());
        long errors = meter.errors();
        long timeouts = meter.timeouts();
        Sample sample = new Sample(
                at,
                interval.get(Phase.TOTAL).getTotalCount() / (at - lastAt),
                Latencies.millisAt(wait, 50),
                Latencies.millisAt(wait, 99),
                Latencies.millisAt(wait, 100),
                pool.leased(),
                pool.idle(),
                pool.pending(),
                watch.sessions(),
                errors - lastErrors,
                timeouts - lastTimeouts);
        samples.add(sample);
        lastAt = at;
        lastErrors = errors;
        lastTimeouts = timeouts;
        return sample;
    }

    /** Adds the rest to the totals without a sample, because a rate is meaningless while callers end. */
    void finish() {
        meter.interval();
    }

    List<Sample> samples() {
        return List.copyOf(samples);
    }

    /** The most connections that the pool counted in a sample. */
    int peakInPool() {
        return peakInPool;
    }
}
