package dev.rockpool.internal.core.sizing;

import dev.rockpool.SizeWindow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.IntToDoubleFunction;

/** Runs a sizer against a load without chance, window by window. */
final class SizerRun {
    private static final double PER_SECOND = 1e6;
    private static final double[] TURNS = {0.3, -1, 1, -0.3};

    final ThroughputSizer sizer = new ThroughputSizer(1);

    /** How much better a size does than another, as a logarithm. */
    IntToDoubleFunction curve;

    int size;
    int min = 1;
    int max = 64;
    double exhausted = 1;
    boolean disturbed;

    /** The score of this size is by turns better and worse, by so much at most. */
    int unsteady;

    double by;

    /** The size of each window so far. */
    final List<Integer> tried = new ArrayList<>();

    private final Map<Integer, Integer> turns = new HashMap<>();

    SizerRun(int size, IntToDoubleFunction curve) {
        this.size = size;
        this.curve = curve;
    }

    SizerRun windows(int count) {
        for (int i = 0; i < count; i++) window();
        return this;
    }

    void window() {
        double score = curve.applyAsDouble(size);
        if (size == unsteady) score += by * TURNS[turns.merge(size, 1, Integer::sum) % TURNS.length];
        long leases = Math.round(PER_SECOND * Math.exp(score));
        tried.add(size);
        size = sizer.next(new SizeWindow(size, min, max, Duration.ofSeconds(1), leases, exhausted, disturbed));
    }

    /** Runs until another size is decided for, and tells after how many windows. It is 0 if it takes more than so many. */
    int untilMoved(int most) {
        int before = tried.isEmpty() ? size : sizer.getSize();
        for (int i = 1; i <= most; i++) {
            window();
            if (sizer.getSize() != before) return i;
        }
        return 0;
    }

    int decided() {
        return sizer.getSize();
    }

    /** The sizes that it tries in the next windows. */
    List<Integer> triedIn(int windows) {
        int from = tried.size();
        windows(windows);
        return new ArrayList<>(new TreeSet<>(tried.subList(from, tried.size())));
    }
}
