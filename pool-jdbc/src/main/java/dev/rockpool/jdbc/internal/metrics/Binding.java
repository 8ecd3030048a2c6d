package dev.rockpool.jdbc.internal.metrics;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * One pool in one registry.
 *
 * @param labels those of the pool, and those that the user added
 * @param families what is exported
 * @param source takes a sample
 */
public record Binding(Map<String, String> labels, List<Family> families, Supplier<Sample> source) {}
