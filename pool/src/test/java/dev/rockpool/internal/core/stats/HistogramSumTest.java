package dev.rockpool.internal.core.stats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rockpool.internal.core.stats.Histogram.Summary;
import dev.rockpool.internal.core.stats.Histogram.Totals;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The sum of several histograms is what one histogram of all their values would be. */
class HistogramSumTest {
    private static final long[] BOUNDS = {1, 10, 100, 1_000, 100_000, 1_000_000_000};

    private final Random random = new Random(42);

    @Test
    void aSumIsAHistogramOfAllValues() {
        Histogram one = new Histogram();
        List<Histogram> parts = parts(4);
        for (int i = 0; i < 500; i++) recordIn(one, parts);

        Histogram sum = Histogram.sum(parts);

        assertEquals(one.summary(), sum.summary());
        assertEquals(500, sum.count());
        assertEqualTotals(one.totals(BOUNDS), sum.totals(BOUNDS));
    }

    @Test
    void aSummaryOfASumLacksWhatItsPartsLackSinceTheirReset() {
        Histogram ever = new Histogram();
        Histogram recent = new Histogram();
        List<Histogram> parts = parts(3);
        for (int i = 0; i < 200; i++) recordIn(ever, parts);
        for (Histogram each : parts) each.reset();
        for (int i = 0; i < 100; i++) {
            Histogram part = parts.get(random.nextInt(parts.size()));
            long value = value();
            for (Histogram each : List.of(ever, recent, part)) each.record(value);
        }

        Histogram sum = Histogram.sum(parts);

        assertEquals(recent.summary(), sum.summary());
        assertEqualTotals(ever.totals(BOUNDS), sum.totals(BOUNDS));
    }

    @Test
    void resetsOfDifferentReachAddUp() {
        Histogram low = new Histogram();
        Histogram high = new Histogram();
        low.record(3);
        low.reset();
        low.record(5);
        high.record(900_000);
        high.reset();
        high.record(7);
        Summary expected = new Summary(2, 6, 5, 7, 7, 7, 7);

        assertEquals(expected, Histogram.sum(List.of(low, high)).summary());
        assertEquals(expected, Histogram.sum(List.of(high, low)).summary());
    }

    @Test
    void emptyPartsAddNothing() {
        Histogram used = new Histogram();
        used.record(9);

        Histogram sum = Histogram.sum(List.of(new Histogram(), used, new Histogram()));

        assertEquals(new Summary(1, 9, 9, 9, 9, 9, 9), sum.summary());
        assertEquals(0, Histogram.sum(List.of(new Histogram())).count());
    }

    private void recordIn(Histogram one, List<Histogram> parts) {
        long value = value();
        one.record(value);
        parts.get(random.nextInt(parts.size())).record(value);
    }

    private long value() {
        return random.nextLong(1L << random.nextInt(1, 40));
    }

    private static List<Histogram> parts(int count) {
        return Stream.generate(Histogram::new).limit(count).toList();
    }

    private static void assertEqualTotals(Totals expected, Totals actual) {
        assertEquals(expected.count(), actual.count());
        assertEquals(expected.sum(), actual.sum());
        assertArrayEquals(expected.upTo(), actual.upTo());
    }
}
