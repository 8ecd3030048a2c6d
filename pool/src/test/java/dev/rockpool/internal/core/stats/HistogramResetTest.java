package dev.rockpool.internal.core.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rockpool.internal.core.stats.Histogram.Summary;
import org.junit.jupiter.api.Test;

class HistogramResetTest {
    private static final Summary NONE = new Summary(0, 0, 0, 0, 0, 0, 0);

    private final Histogram histogram = new Histogram();

    @Test
    void aSummaryCoversOnlyWhatCameAfterTheReset() {
        record(30, 31, 1_000);
        histogram.reset();
        record(2, 4, 4, 10);

        assertEquals(new Summary(4, 5, 4, 10, 10, 10, 10), histogram.summary());
        assertEquals(7, histogram.count());
    }

    @Test
    void aSummaryAfterAResetIsEmpty() {
        record(30, 31);
        histogram.summary();
        histogram.reset();

        assertEquals(NONE, histogram.summary());
    }

    @Test
    void aResetBeforeTheFirstValueChangesNothing() {
        histogram.reset();
        record(7);

        assertEquals(new Summary(1, 7, 7, 7, 7, 7, 7), histogram.summary());
    }

    @Test
    void zerosCountAsIfTheyHadBeenRecorded() {
        record(10);

        assertEquals(new Summary(1, 10, 10, 10, 10, 10, 10), histogram.summary());
        assertEquals(new Summary(4, 2, 0, 10, 10, 10, 10), histogram.summary(3));
        assertEquals(new Summary(1, 10, 10, 10, 10, 10, 10), histogram.summary());
    }

    @Test
    void zerosAloneMakeASummaryOfZero() {
        assertEquals(new Summary(3, 0, 0, 0, 0, 0, 0), histogram.summary(3));
    }

    @Test
    void aWeightedValueCountsThatOften() {
        histogram.record(10, 3);
        histogram.record(20);

        assertEquals(new Summary(4, 12, 10, 20, 20, 20, 20), histogram.summary());
    }

    private void record(long... values) {
        for (long each : values) histogram.record(each);
    }
}
