package dev.rockpool.jdbc.internal.metrics;

import dev.rockpool.TimeStats;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * One metric of a pool, with a value for each combination of labels.
 *
 * @param name with dots, as Micrometer writes it, without unit
 * @param unit {@code seconds}, or empty
 * @param times the durations of a HISTOGRAM; null for other types
 */
public record Family(
        String name, Type type, String unit, String help, List<Series> series, Function<Sample, TimeStats> times) {
    /** What kind of metric it is. */
    public enum Type {
        GAUGE,
        COUNTER,
        HISTOGRAM
    }

    /** One value: its labels besides those of the pool, and how to read it. */
    public record Series(Map<String, String> labels, ToDoubleFunction<Sample> value) {}

    static Family gauge(String name, String help, ToDoubleFunction<Sample> value) {
        return new Family(name, Type.GAUGE, "", help, List.of(new Series(Map.of(), value)), null);
    }

    static Family seconds(String name, Type type, String help, ToDoubleFunction<Sample> value) {
        return new Family(name, type, "seconds", help, List.of(new Series(Map.of(), value)), null);
    }

    static Family counter(String name, String help, Series... series) {
        return new Family(name, Type.COUNTER, "", help, List.of(series), null);
    }

    static Family histogram(String name, String help, Function<Sample, TimeStats> times) {
        return new Family(name, Type.HISTOGRAM, "seconds", help, List.of(), times);
    }

    /** The name in Prometheus' text, without the suffixes of its samples. */
    public String prometheusName() {
        String base = name.replace('.', '_');
        return unit.isEmpty() ? base : base + "_" + unit;
    }
}
