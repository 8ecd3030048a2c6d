package dev.rockpool.examples.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What one JVM measured: figures for each metric. Not thread-safe. */
public final class Samples {
    private final Map<String, List<Double>> values = new LinkedHashMap<>();
    private String incomplete;

    public Samples add(String metric, double value) {
        values.computeIfAbsent(metric, key -> new ArrayList<>()).add(value);
        return this;
    }

    public Samples addAll(String metric, Iterable<Double> all) {
        all.forEach(value -> add(metric, value));
        return this;
    }

    /** Records why some figures are missing. The others still count. */
    public Samples incomplete(String reason) {
        incomplete = reason;
        return this;
    }

    public Map<String, List<Double>> asMap() {
        return values;
    }

    /** Why some figures are missing; null if none are. */
    public String whyIncomplete() {
        return incomplete;
    }
}
