package dev.rockpool.internal.core.stats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rockpool.internal.core.stats.Histogram.Totals;
import org.junit.jupiter.api.Test;

class HistogramTotalsTest {
    private final Histogram histogram = new Histogram();

    @Test
    void eachBoundHasTheNumberOfValuesThatDoNotExceedIt() {
        record(5, 10, 25, 31);
        histogram.record(20, 3);

        Totals totals = histogram.totals(new long[] {4, 10, 20, 30, 31, 100});

        assertEquals(7, totals.count());
        assertEquals(131, totals.sum());
        assertArrayEquals(new long[] {0, 2, 5, 6, 7, 7}, totals.upTo());
    }

    @Test
    void valuesAboveTheLastBoundCountOnlyInAll() {
        record(5, 30, 31);

        Totals totals = histogram.totals(new long[] {10, 20});

        assertEquals(3, totals.count());
        assertArrayEquals(new long[] {1, 1}, totals.upTo());
    }

    @Test
    void anEmptyHistogramHasNothingUpToAnyBound() {
        Totals totals = histogram.totals(new long[] {10, 20});

        assertEquals(0, totals.count());
        assertEquals(0, totals.sum());
        assertArrayEquals(new long[] {0, 0}, totals.upTo());
    }

    @Test
    void aResetDoesNotLowerTotals() {
        record(5, 15);
        histogram.reset();
        record(7);

        Totals totals = histogram.totals(new long[] {10, 20});

        assertEquals(3, totals.count());
        assertEquals(27, totals.sum());
        assertArrayEquals(new long[] {2, 3}, totals.upTo());
    }

    @Test
    void leadingBoundsWithoutValuesAreZeros() {
        assertEquals(2, totalsOf(2, 0, 0, 1, 2).zeros());
        assertEquals(0, totalsOf(2, 1, 2).zeros());
        assertEquals(3, totalsOf(0, 0, 0, 0).zeros());
    }

    @Test
    void numbersFromABoundOnEndBeforeThoseThatAllValuesAreUpTo() {
        Totals totals = totalsOf(5, 0, 0, 1, 3, 5, 5);

        assertArrayEquals(new long[] {1, 3}, totals.between(2));
        assertArrayEquals(new long[] {0, 1, 3}, totals.between(1));
        assertArrayEquals(new long[0], totals.between(4));
    }

    @Test
    void numbersGoToTheLastBoundIfValuesExceedIt() {
        assertArrayEquals(new long[] {1, 2}, totalsOf(3, 0, 1, 2).between(1));
    }

    private static Totals totalsOf(long count, long... upTo) {
        return new Totals(count, 0, upTo);
    }

    private void record(long... values) {
        for (long each : values) histogram.record(each);
    }
}
