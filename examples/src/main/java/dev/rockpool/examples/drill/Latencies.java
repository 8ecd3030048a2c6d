package dev.rockpool.examples.drill;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** Converts histograms of nanoseconds to milliseconds. */
final class Latencies {
    private static final double NANOS_PER_MILLI = 1e6;

    /** Points of a curve per halving of the distance to 100 %: smooth, and only a few hundred bytes. */
    private static final int CURVE_POINTS_PER_HALF = 5;

    private Latencies() {}

    /** All phases by their names in lower case. */
    static Map<String, LatencyResult> results(Meter meter) {
        Map<String, LatencyResult> results = new TreeMap<>();
        for (Phase phase : Phase.values()) {
            results.put(phase.key(), result(meter.total(phase)));
        }
        return results;
    }

    /** The latency at a percentile from 0 to 100, or null if nothing was measured. */
    static Double millisAt(Histogram histogram, double percentile) {
        if (histogram.getTotalCount() == 0) return null;
        return histogram.getValueAtPercentile(percentile) / NANOS_PER_MILLI;
    }

    private static LatencyResult result(Histogram histogram) {
        return new LatencyResult(
                histogram.getTotalCount(),
                histogram.getMean() / NANOS_PER_MILLI,
                histogram.getValueAtPercentile(50) / NANOS_PER_MILLI,
                histogram.getValueAtPercentile(95) / NANOS_PER_MILLI,
                histogram.getValueAtPercentile(99) / NANOS_PER_MILLI,
                histogram.getValueAtPercentile(99.9) / NANOS_PER_MILLI,
                histogram.getMaxValue() / NANOS_PER_MILLI,
                curve(histogram));
    }

    private static List<List<Double>> curve(Histogram histogram) {
        List<List<Double>> curve = new ArrayList<>();
        if (histogram.getTotalCount() == 0) return curve;
        histogram
                .percentiles(CURVE_POINTS_PER_HALF)
                .forEach(point -> curve.add(
                        List.of(point.getPercentileLevelIteratedTo(), point.getValueIteratedTo() / NANOS_PER_MILLI)));
        return curve;
    }
}
