package dev.rockpool.jdbc.internal.files;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects problems. Each is reported once, in the order of the file. Not thread-safe. */
final class Problems {
    private record Problem(Place place, String text) {}

    private final Set<Problem> all = new LinkedHashSet<>();
    private final List<String> sources = new ArrayList<>();

    /** @param text begins with the key */
    void add(Place place, String text) {
        if (!sources.contains(place.source())) sources.add(place.source());
        all.add(new Problem(place, text));
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** One sentence for each problem. */
    List<String> sentences() {
        return all.stream()
                .sorted(Comparator.<Problem>comparingInt(problem -> sources.indexOf(problem.place.source()))
                        .thenComparingInt(problem -> problem.place.line())
                        .thenComparingInt(problem -> problem.place.column()))
                .map(problem -> problem.place + ": " + problem.text)
                .toList();
    }
}
