package dev.rockpool.internal.core.sizing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/**
 * What is decided when the windows of one size differ. The greater or the smaller size is by turns better and worse. With
 * 4 rounds, the standard error is 0.67 of the most by which it is better. With 16 rounds, it is 0.2 of it.
 */
class SizerNoiseTest {
    private static final int FOUR = 1 + 3 * 4;
    private static final int SIXTEEN = 1 + 3 * 16;

    @Test
    void aGreaterSizeMustBeBetterByThreeStandardErrors() {
        assertEquals(FOUR, moved(18, 18, 0.03, greaterBy(0.062)));
        assertEquals(FOUR + 3, moved(18, 18, 0.03, greaterBy(0.058)));
    }

    @Test
    void aSmallerSizeMustBeBetterByThreeStandardErrors() {
        assertEquals(FOUR, moved(8, 8, 0.03, smallerBy(0.062)));
        assertEquals(FOUR + 3, moved(8, 8, 0.03, smallerBy(0.058)));
    }

    @Test
    void afterSixteenRoundsTwoStandardErrorsAreEnough() {
        assertEquals(SIXTEEN, moved(18, 18, 0.07, greaterBy(0.033)));
        assertEquals(0, moved(18, 18, 0.07, greaterBy(0.024)));
    }

    @Test
    void afterSixteenRoundsWithoutAWinnerItTakesANarrowerStep() {
        SizerRun run = run(18, 0.07, greaterBy(0.024));

        assertEquals(List.of(8, 12, 18), run.triedIn(SIXTEEN));
        assertEquals(List.of(10, 12, 15), run.triedIn(FOUR));
    }

    @Test
    void aSmallerSizeIsAsGoodOnlyIfTheStandardErrorIsSmall() {
        // It has to be 1.2 percent at most for a wide step.
        assertEquals(FOUR, moved(8, 8, 0.0177, smallerBy(0)));
        assertEquals(FOUR + 3, moved(8, 8, 0.0185, smallerBy(0)));
    }

    @Test
    void afterSixteenRoundsALargerErrorIsAccepted() {
        assertEquals(SIXTEEN, moved(8, 8, 0.08, smallerBy(0)));
        assertEquals(0, moved(8, 8, 0.09, smallerBy(0)));
    }

    @Test
    void aSmallerSizeThatIsClearlyWorseNeedsNoPrecision() {
        // It is worse by one percent and one standard error.
        SizerRun run = run(8, 0.03, smallerBy(-0.04));

        assertEquals(List.of(8, 12, 18), run.triedIn(FOUR));
        assertEquals(List.of(10, 12, 15), run.triedIn(FOUR));
    }

    @Test
    void aSmallerSizeThatMayBeAsGoodIsMeasuredForLonger() {
        SizerRun run = run(8, 0.03, smallerBy(-0.028));

        assertEquals(List.of(8, 12, 18), run.triedIn(FOUR));
        assertEquals(List.of(8, 12, 18), run.triedIn(3));
    }

    @Test
    void aGreaterSizeThatIsProbablyBetterIsMeasuredForLonger() {
        // More than 1.5 standard errors.
        SizerRun better = run(18, 0.012, size -> size == 18 ? 0.014 : 0);
        assertEquals(0, better.untilMoved(FOUR));

        // Less than that: the smaller size is as good as the present one.
        SizerRun chance = run(18, 0.012, size -> size == 18 ? 0.011 : 0);
        assertEquals(FOUR, chance.untilMoved(FOUR));
        assertEquals(8, chance.decided());
    }

    @Test
    void whatOneTrialShowsOfTheNoiseCountsInTheNext() {
        SizerRun run = run(18, 0.03, greaterBy(0.062));
        assertEquals(FOUR, run.untilMoved(FOUR));
        run.unsteady = 0;
        run.curve = size -> size > 18 ? 0.02 : size < 18 ? -1 : 0;

        // Without noise a gain of 2 % would be clear after four rounds.
        assertEquals(0, run.untilMoved(FOUR));
    }

    @Test
    void earlierLossesCountForASizeThatIsClearlyWorse() {
        SizerRun run = new SizerRun(27, size -> size >= 27 ? 0 : size >= 18 ? -0.008 : -0.026);
        run.unsteady = 18;
        run.by = 0.001;
        assertEquals(FOUR, run.untilMoved(FOUR));
        run.unsteady = 12;
        run.by = 0.03;

        // The standard error is 1.1 %. The smaller size is worse by 1.8 %, and by 2.6 % in all.
        assertEquals(List.of(12, 18, 27), run.triedIn(FOUR));
        assertEquals(List.of(14, 18, 23), run.triedIn(FOUR));
    }

    @Test
    void duringARestTheLeasesMayChangeByTwiceTheNoise() {
        // The noise is 4.3 %.
        SizerRun calm = restingAfterNoise();
        calm.curve = size -> 0.07;
        assertEquals(List.of(12), calm.triedIn(9));

        SizerRun changed = restingAfterNoise();
        changed.curve = size -> 0.1;
        assertEquals(List.of(12), changed.triedIn(4));
        assertEquals(List.of(8, 12, 18), changed.triedIn(FOUR - 1));
    }

    private static SizerRun restingAfterNoise() {
        SizerRun run = run(13, 0.08, size -> -2.0 * Math.abs(size - 12) / 12);
        run.windows(3 * FOUR);
        return run;
    }

    @Test
    void aDecisionWaitsWhileTheLatestRoundDiffersFromAllOthers() {
        SizerRun run = new SizerRun(12, greaterBy(0.3));
        run.windows(FOUR - 3);
        run.curve = greaterBy(2);
        assertEquals(0, run.untilMoved(3));
        run.curve = greaterBy(0.3);

        assertEquals(3, run.untilMoved(3));
    }

    @Test
    void whenTwoRoundsDifferFromAllOthersItStartsAgain() {
        SizerRun run = new SizerRun(12, greaterBy(0.3));
        run.windows(FOUR - 3);
        run.curve = greaterBy(2);

        assertEquals(0, run.untilMoved(6));
        assertEquals(12, run.size);
        assertEquals(FOUR, run.untilMoved(FOUR));
    }

    @Test
    void whenItStartsAgainTheStepIsWide() {
        SizerRun run = new SizerRun(12, size -> size == 12 ? 0.5 : 0).windows(FOUR);
        assertEquals(List.of(10, 12, 15), run.triedIn(FOUR - 3));
        run.curve = size -> size == 12 ? 2 : 0;

        assertEquals(List.of(10, 12, 15), run.triedIn(6));
        assertEquals(List.of(8, 12, 18), run.triedIn(FOUR));
    }

    /** The smaller size may be as good or not: it takes long to tell. */
    private static IntToDoubleFunction greaterBy(double gain) {
        return size -> size > 12 ? gain : size < 12 ? -0.015 : 0;
    }

    private static IntToDoubleFunction smallerBy(double gain) {
        return size -> size < 12 ? gain : size > 12 ? -1 : 0;
    }

    private static SizerRun run(int unsteady, double by, IntToDoubleFunction curve) {
        SizerRun run = new SizerRun(12, curve);
        run.unsteady = unsteady;
        run.by = by;
        return run;
    }

    /** After how many windows it moves to a size; 0 if it does not within 16 rounds. */
    private static int moved(int to, int unsteady, double by, IntToDoubleFunction curve) {
        SizerRun run = run(unsteady, by, curve);
        int windows = run.untilMoved(SIXTEEN);
        if (windows > 0) assertEquals(to, run.decided());
        return windows;
    }
}
