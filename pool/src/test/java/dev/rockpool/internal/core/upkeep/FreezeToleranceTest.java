package dev.rockpool.internal.core.upkeep;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** How far clocks may differ from what was planned before the process counts as frozen. */
class FreezeToleranceTest {
    private static final long LEAST = 50_000_000;

    private final FreezeDetector detector = new FreezeDetector();

    @Test
    void aTimerMayBeLateByAlmostHalfTheTrustWindow() {
        assertFalse(wakesLate(2 * LEAST - 1, 4 * LEAST));
        assertTrue(wakesLate(2 * LEAST, 4 * LEAST));
    }

    @Test
    void withAShortTrustWindowATimerMayBeLateByAlmostFiftyMilliseconds() {
        assertFalse(wakesLate(LEAST - 1, 0));
        assertTrue(wakesLate(LEAST, 0));
    }

    @Test
    void theWallClockMayAdvanceAlmostThatMuchFurtherThanTheTimerClock() {
        detector.hasFrozen(1_000, 9_000, 0);

        assertFalse(detector.mayHaveSlept(2_000, 10_000 + LEAST - 1, 0));
        assertTrue(detector.mayHaveSlept(2_000, 10_000 + LEAST, 0));
    }

    @Test
    void aDifferenceCountsOnlyOnce() {
        detector.hasFrozen(1_000, 9_000, 0);

        assertTrue(detector.hasFrozen(2_000, 10_000 + LEAST, 0));
        assertFalse(detector.hasFrozen(3_000, 11_000 + LEAST, 0));
    }

    @Test
    void theFirstLookHasNothingToCompareWith() {
        assertFalse(detector.hasFrozen(1_000, 10 * LEAST, 0));
    }

    /** Whether the process counts as frozen if its timer fires that late. */
    private static boolean wakesLate(long by, long trustWindow) {
        FreezeDetector detector = new FreezeDetector();
        detector.sleepsUntil(1_000);
        return detector.hasFrozen(1_000 + by, 0, trustWindow);
    }
}
