package dev.rockpool.internal.core.sizing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Which rounds of a trial do not count. */
class TrialOutlierTest {
    private final Trial trial = of(8, 12, 18);

    private static Trial of(int... sizes) {
        return new Trial(sizes, new SplittableRandom(1));
    }

    @Test
    void fourRoundsAreNeededToTellAnOutlier() {
        Rounds.playWithGreatest(trial, 0, 0, 5);
        assertEquals(3, trial.rounds());
        assertFalse(trial.endsWithOutlier());

        Rounds.playWithGreatest(trial, 0);

        assertEquals(3, trial.rounds());
        assertEquals(2, trial.mean(18), 1e-12);
        assertEquals(12, trial.windows());
    }

    @Test
    void aRoundThatIsBetterAtEverySizeCounts() {
        Rounds.playWithGreatest(trial, 0, 0, 0);
        Rounds.play(trial, 7, 8, 9);

        assertEquals(4, trial.rounds());
    }

    @Test
    void anOutlierIsMoreThanFiveTimesAsFarOffAsTheMedian() {
        Rounds.playWithGreatest(trial, -0.01, -0.01, -0.01, 0, 0.01, 0.01, 0.05);
        assertEquals(7, trial.rounds());

        Trial other = of(8, 12, 18);
        Rounds.playWithGreatest(other, -0.01, -0.01, -0.01, 0, 0.01, 0.01, 0.05005);
        assertEquals(6, other.rounds());
    }

    @Test
    void theMedianOfAnEvenNumberLiesHalfwayBetweenTheMiddleTwo() {
        // The median is 0.03 better. The median of the squared distances is 0.0005.
        Rounds.playWithGreatest(trial, 0, 0.02, 0.04, 0.03 + 0.1118);
        assertEquals(4, trial.rounds());

        Trial other = of(8, 12, 18);
        Rounds.playWithGreatest(other, 0, 0.02, 0.04, 0.03 + 0.1119);
        assertEquals(3, other.rounds());
    }

    @Test
    void withoutAnyNoiseSquaresOfOneMillionthAreAllowed() {
        Rounds.playWithGreatest(trial, 0, 0, 0, 0.00099);
        assertEquals(4, trial.rounds());

        Trial other = of(8, 12, 18);
        Rounds.playWithGreatest(other, 0, 0, 0, 0.00101);
        assertEquals(3, other.rounds());
    }

    @Test
    void twoSizesAreComparedWithTheirMiddle() {
        // Each of the two is half of the difference away from the middle.
        Trial two = of(8, 12);
        Rounds.playWithGreatest(two, 0, 0, 0, 0.0014);
        assertEquals(4, two.rounds());

        Trial other = of(8, 12);
        Rounds.playWithGreatest(other, 0, 0, 0, 0.00143);
        assertEquals(3, other.rounds());
    }

    @Test
    void aTrialKnowsWhetherItEndsWithAnOutlier() {
        Rounds.playWithGreatest(trial, 0, 0, 0, 1);
        assertTrue(trial.endsWithOutlier());

        Rounds.playWithGreatest(trial, 0);
        assertFalse(trial.endsWithOutlier());
    }

    @Test
    void theLoadHasChangedAfterTwoOutliersAtTheEnd() {
        Rounds.playWithGreatest(trial, 0, 0, 0, 1);
        assertFalse(trial.hasChanged());

        Rounds.playWithGreatest(trial, 1.5);
        assertTrue(trial.hasChanged());

        Rounds.playWithGreatest(trial, 0);
        assertFalse(trial.hasChanged());
    }

    @Test
    void oneOutlierAtTheEndIsNoChange() {
        Rounds.playWithGreatest(trial, 0, 0, 1, 0, 0, 1);

        assertTrue(trial.endsWithOutlier());
        assertFalse(trial.hasChanged());
    }
}
