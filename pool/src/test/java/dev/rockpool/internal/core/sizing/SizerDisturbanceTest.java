package dev.rockpool.internal.core.sizing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What ends a trial or a rest, or keeps it from beginning. */
class SizerDisturbanceTest {
    private static final int TRIAL = 1 + 3 * 4;

    private final SizerRun run = new SizerRun(12, Math::log);

    /** A load for which 12 connections are best. It rests after three trials. */
    private static SizerRun resting() {
        SizerRun run = new SizerRun(12, size -> -0.5 * Math.abs(size - 12) / 12);
        return run.windows(3 * TRIAL);
    }

    @Test
    void nothingIsTriedUnlessCallersWaitNineTenthsOfTheTime() {
        run.exhausted = 0.89;
        assertEquals(List.of(12), run.triedIn(20));

        run.exhausted = 0.9;
        assertEquals(TRIAL, run.untilMoved(20));
    }

    @Test
    void aTrialEndsWhenCallersNoLongerWaitAtThePresentSize() {
        run.windows(1);
        while (run.size != 12) run.window();
        run.exhausted = 0.5;
        run.window();
        run.exhausted = 1;

        assertEquals(TRIAL, run.untilMoved(20));
    }

    @Test
    void aGreaterSizeMayEndTheWaiting() {
        run.windows(1);
        for (int i = 1; i < TRIAL; i++) {
            run.exhausted = run.size == 18 ? 0 : 1;
            run.window();
        }

        assertEquals(18, run.decided());
    }

    @Test
    void aDisturbedWindowEndsTheTrialAndTwoMoreAreNotUsed() {
        run.windows(6);
        disturb();

        assertEquals(12, run.size);
        assertEquals(2 + TRIAL, run.untilMoved(20));
    }

    @Test
    void aWindowWithoutLeasesIsDisturbed() {
        run.windows(6);
        run.curve = size -> Double.NEGATIVE_INFINITY;
        run.window();
        run.curve = Math::log;

        assertEquals(12, run.size);
        assertEquals(2 + TRIAL, run.untilMoved(20));
    }

    private void disturb() {
        run.disturbed = true;
        run.window();
        run.disturbed = false;
    }

    @Test
    void windowsBeforeADisturbanceDoNotCountForTheEndOfARest() {
        SizerRun run = resting();
        run.curve = size -> 0.15;
        run.windows(2);
        run.disturbed = true;
        run.window();
        run.disturbed = false;
        run.curve = size -> -0.5 * Math.abs(size - 12) / 12;

        assertEquals(List.of(12), run.triedIn(2 + 8));
        assertEquals(List.of(11, 12, 13), run.triedIn(TRIAL - 1));
    }

    @Test
    void itGoesOnFromASizeThatIsSetByHand() {
        run.windows(6);
        run.size = 30;
        run.window();

        assertEquals(30, run.decided());
        assertEquals("it was set by hand", run.sizer.getReason());
        assertEquals(List.of(20, 30, 45), run.triedIn(12));
        assertEquals(45, run.decided());
    }

    @Test
    void aRestEndsWhenASizeIsSetByHandAndTheStepIsWideAgain() {
        SizerRun run = resting();
        run.curve = size -> 0;
        run.size = 30;

        assertEquals(List.of(20, 30, 45), run.triedIn(TRIAL));
        assertEquals(20, run.decided());
    }

    @Test
    void aSizeThatIsNoLongerAllowedIsReplacedByTheLimit() {
        run.windows(1);
        run.max = 10;
        run.window();
        assertEquals(10, run.decided());
        assertEquals(10, run.size);
        assertEquals("the size may be 1 to 10", run.sizer.getReason());

        run.min = 20;
        run.max = 40;
        run.window();
        assertEquals(20, run.decided());
        assertEquals("the size may be 20 to 40", run.sizer.getReason());
        assertEquals(List.of(20, 30), run.triedIn(TRIAL));
    }

    @Test
    void aTrialBeginsAgainWhenOneOfItsSizesIsNoLongerAllowed() {
        run.windows(1);
        while (run.size != 12) run.window();
        run.max = 16;
        run.window();
        assertEquals(List.of(8, 12, 16), run.triedIn(TRIAL - 1));
        assertEquals(16, run.decided());
    }

    @Test
    void aTrialBeginsAgainWhenItsSmallestSizeIsNoLongerAllowed() {
        run.windows(1);
        while (run.size != 12) run.window();
        run.min = 9;
        run.window();
        assertEquals(List.of(9, 12, 18), run.triedIn(TRIAL - 1));
        assertEquals(18, run.decided());
    }

    @Test
    void aTrialGoesOnWhileItsSizesAreAllowed() {
        run.windows(1);
        run.min = 8;
        run.max = 18;

        assertEquals(TRIAL - 1, run.untilMoved(20));
    }

    @Test
    void aRestEndsWhenTheLeasesPerSecondChangeByMoreThanFivePercent() {
        SizerRun run = resting();
        run.curve = size -> 0.049 - 0.5 * Math.abs(size - 12) / 12;
        assertEquals(List.of(12), run.triedIn(4));
        run.curve = size -> -0.051 - 0.5 * Math.abs(size - 12) / 12;
        assertEquals(List.of(12), run.triedIn(4));

        assertEquals(List.of(8, 12, 18), run.triedIn(TRIAL - 1));
        assertEquals(List.of(10, 12, 15), run.triedIn(TRIAL));
    }

    @Test
    void theMeanOfFourWindowsDecidesWhetherARestEnds() {
        SizerRun run = resting();
        run.curve = size -> 0.15;
        run.window();
        run.curve = size -> -0.5 * Math.abs(size - 12) / 12;

        assertEquals(List.of(12), run.triedIn(9));
        assertEquals(List.of(11, 12, 13), run.triedIn(TRIAL - 1));
    }

    @Test
    void aLoadThatGrowsDuringATrialLeadsToAnotherTrial() {
        SizerRun run = new SizerRun(12, size -> 0);
        run.windows(1);
        for (int i = 0; i < 12; i++) {
            double grown = i < 6 ? 0 : 0.11;
            run.curve = size -> grown + (size == 12 ? 0.2 : 0);
            run.window();
        }

        assertEquals(12, run.decided());
        assertEquals(List.of(8, 12, 18), run.triedIn(TRIAL));
    }

    @Test
    void afterALoadThatGrowsTheStepIsWideAgain() {
        SizerRun run = new SizerRun(12, size -> size == 12 ? 0.2 : 0).windows(TRIAL + 1);
        for (int i = 0; i < 12; i++) {
            double grown = i < 6 ? 0 : 0.11;
            run.curve = size -> grown + (size == 12 ? 0.2 : 0);
            run.window();
        }

        assertEquals(List.of(8, 12, 18), run.triedIn(TRIAL));
    }

    @Test
    void aLoadThatGrowsLittleDuringATrialIsJudged() {
        SizerRun run = new SizerRun(12, size -> 0);
        run.windows(1);
        for (int i = 0; i < 12; i++) {
            double grown = i < 6 ? 0 : 0.09;
            run.curve = size -> grown + (size == 12 ? 0.2 : 0);
            run.window();
        }

        assertEquals(List.of(10, 12, 15), run.triedIn(TRIAL));
    }
}
