package dev.rockpool.internal.core.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.internal.core.slot.SlotWord;
import org.junit.jupiter.api.Test;

class SamplingRateTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long BEGIN = 50 * SECOND;
    private static final int BATCH = 128;

    /** How long a batch takes at two thousand measured leases per second. */
    private static final long BUSY = 64_000_000;

    private final Sampling sampling = new Sampling(BEGIN);

    @Test
    void aThousandLeasesPerSecondAreAllMeasured() {
        assertFalse(sampling.look(BEGIN + SECOND, 1_000));

        assertEquals(1, sampling.weight());
        assertEquals(0, sampling.mask());
    }

    @Test
    void oneMoreIsMeasuredAsOneInEight() {
        assertTrue(sampling.look(BEGIN + SECOND, 1_001));

        assertEquals(8, sampling.weight());
        assertEquals(14L << SlotWord.EPOCH_SHIFT, sampling.mask());
    }

    @Test
    void theSampleIsTheDensestWithAThousandPerSecond() {
        sampling.look(BEGIN + SECOND, 16_000);
        assertEquals(16, sampling.weight());

        sampling.look(BEGIN + 3 * SECOND, 16_000 + 2 * 16_001);
        assertEquals(32, sampling.weight());
    }

    @Test
    void aLookIsTakenHalfASecondAfterTheOneBefore() {
        assertFalse(sampling.look(BEGIN + SECOND / 2 - 1, 4_000));
        assertTrue(sampling.look(BEGIN + SECOND / 2, 4_000));

        assertEquals(8, sampling.weight());
    }

    @Test
    void aLookThatChangesNothingSaysSo() {
        assertTrue(sampling.look(BEGIN + SECOND, 8_000));
        assertFalse(sampling.look(BEGIN + 2 * SECOND, 16_000));
    }

    @Test
    void noRateMakesTheSampleThinnerThanTheLimit() {
        sampling.look(BEGIN + SECOND, 1L << 61);

        assertEquals(1L << 29, sampling.weight());
    }

    @Test
    void onlyTheLastOfAFastBatchThinsTheSample() {
        for (int i = 1; i < BATCH; i++) assertFalse(sampling.count(BEGIN + 1));
        assertTrue(sampling.count(BEGIN + 1));

        assertEquals(32, sampling.weight());
    }

    @Test
    void aBatchOfTwoThousandPerSecondDoesNotThinTheSample() {
        assertFalse(countBatch(BEGIN + BUSY));
        assertTrue(countBatch(BEGIN + BUSY + BUSY - 1));
    }

    @Test
    void burstsThinTheSampleUpToTheLimit() {
        for (int i = 0; i < 5; i++) assertTrue(countBatch(BEGIN));
        assertEquals(1L << 29, sampling.weight());

        assertFalse(countBatch(BEGIN));
        assertEquals(1L << 29, sampling.weight());
    }

    /** Whether the batch that ends at this time changes the sample. */
    private boolean countBatch(long end) {
        boolean changed = false;
        for (int i = 0; i < BATCH; i++) changed |= sampling.count(end);
        return changed;
    }
}
