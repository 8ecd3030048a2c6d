package dev.rockpool.internal.core.sizing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which sizes are tried, and which is decided for, if windows of one size do not differ. */
class ThroughputSizerTest {
    /** The first window shows that callers wait. Then a trial of three sizes takes four rounds. */
    private static final int TRIAL = 1 + 3 * 4;

    private static SizerRun peakAt(int best) {
        return new SizerRun(best, size -> -0.5 * Math.abs(size - best) / best);
    }

    private static SizerRun rising(int start) {
        return new SizerRun(start, Math::log);
    }

    @Test
    void itStartsAtTheSizeThatIsSet() {
        SizerRun run = peakAt(12).windows(1);

        assertEquals(12, run.decided());
        assertEquals("it was set by hand", run.sizer.getReason());
    }

    @Test
    void itMovesToTheGreaterSizeThatDoesMore() {
        SizerRun run = new SizerRun(12, size -> size >= 18 ? Math.log(1.5) : 0);
        run.windows(TRIAL - 1);
        assertEquals(12, run.decided());

        run.windows(1);

        assertEquals(18, run.decided());
        assertEquals(18, run.size);
        assertEquals(
                "18 connections end 50 % more leases: 1,500,000 leases per second instead of 1,000,000",
                run.sizer.getReason());
    }

    @Test
    void itMovesToTheSmallerSizeThatDoesMore() {
        SizerRun run = new SizerRun(12, size -> size <= 8 ? Math.log(1.02) : 0).windows(TRIAL);

        assertEquals(8, run.decided());
        assertEquals(
                "8 connections end 2 % more leases: 1,020,000 leases per second instead of 1,000,000",
                run.sizer.getReason());
    }

    @Test
    void ofTwoBetterSizesItMovesToTheBest() {
        assertEquals(
                8,
                new SizerRun(12, size -> size == 8 ? 0.3 : size == 18 ? 0.2 : 0)
                        .windows(TRIAL)
                        .decided());
        assertEquals(
                18,
                new SizerRun(12, size -> size == 8 ? 0.2 : size == 18 ? 0.3 : 0)
                        .windows(TRIAL)
                        .decided());
    }

    @Test
    void itMovesToASmallerSizeThatIsAsGood() {
        SizerRun run = new SizerRun(12, size -> size == 8 ? -0.008 : size == 18 ? 0.009 : 0).windows(TRIAL);

        assertEquals(8, run.decided());
        assertEquals(
                "8 connections do as much as 12: 992,032 leases per second instead of 1,000,000",
                run.sizer.getReason());
    }

    @Test
    void aDifferenceOfMoreThanOnePercentDecides() {
        assertEquals(
                12,
                new SizerRun(12, size -> size == 8 ? -0.0101 : 0).windows(TRIAL).decided());
        assertEquals(
                18,
                new SizerRun(12, size -> size == 18 ? 0.0101 : 0).windows(TRIAL).decided());
    }

    @Test
    void smallLossesDoNotAddUp() {
        // Each smaller size is 0.8 % worse than the one before.
        SizerRun run = new SizerRun(27, size -> size >= 27 ? 0 : size >= 18 ? -0.008 : -0.016);

        run.windows(TRIAL);
        assertEquals(18, run.decided());
        run.windows(TRIAL);
        assertEquals(18, run.decided());
    }

    @Test
    void aSmallLossIsForgottenAfterFourteenTrials() {
        SizerRun run = new SizerRun(27, size -> size >= 27 ? 0 : size >= 18 ? -0.008 : -0.016).windows(TRIAL);
        // It loses a tenth of its weight with each trial: three at first, and then one after each rest.
        int trials = 3 * TRIAL;
        for (int rest : new int[] {10, 20, 40}) trials += rest + TRIAL - 1;
        trials += 8 * (60 + TRIAL - 1);
        run.windows(trials);
        assertEquals(18, run.decided());

        assertEquals(60 + TRIAL - 1, run.untilMoved(100));
        assertEquals(16, run.decided());
    }

    @Test
    void whatIsGainedAfterALossIsNoCredit() {
        SizerRun run = new SizerRun(12, size -> size >= 18 ? 0.3 : size >= 12 ? 0 : -0.05);

        run.windows(TRIAL);
        assertEquals(18, run.decided());
        run.curve = size -> size >= 18 ? 0.3 : 0.28;
        run.windows(TRIAL);
        assertEquals(18, run.decided());
    }

    @Test
    void theNextStepInTheSameDirectionIsWider() {
        SizerRun run = rising(12);

        assertEquals(List.of(8, 12, 18), run.triedIn(TRIAL));
        assertEquals(List.of(12, 18, 27), run.triedIn(TRIAL));
        assertEquals(List.of(14, 27, 54), run.triedIn(TRIAL));
        assertEquals(List.of(27, 54, 64), run.triedIn(TRIAL));
    }

    @Test
    void theNextStepInTheOtherDirectionIsNarrower() {
        SizerRun run = rising(12).windows(TRIAL);
        assertEquals(18, run.decided());
        run.curve = size -> -Math.log(size);

        assertEquals(List.of(12, 18, 27), run.triedIn(TRIAL));
        assertEquals(List.of(10, 12, 15), run.triedIn(TRIAL));
    }

    @Test
    void ifNoSizeIsBetterTheNextStepIsNarrowerAndThenItRests() {
        SizerRun run = peakAt(12);

        assertEquals(List.of(8, 12, 18), run.triedIn(TRIAL));
        assertEquals(List.of(10, 12, 15), run.triedIn(TRIAL));
        assertEquals(List.of(11, 12, 13), run.triedIn(TRIAL));
        assertEquals(List.of(12), run.triedIn(10));
        assertEquals(List.of(11, 12, 13), run.triedIn(TRIAL - 1));
        assertEquals(12, run.decided());
    }

    @Test
    void theSizesNextToASmallOneAreTriedHoweverNarrowTheStep() {
        SizerRun run = peakAt(4);

        assertEquals(List.of(3, 4, 6), run.triedIn(TRIAL));
        assertEquals(List.of(3, 4, 5), run.triedIn(TRIAL));
        assertEquals(List.of(4), run.triedIn(10));
        assertEquals(List.of(3, 4, 5), run.triedIn(TRIAL - 1));
    }

    @Test
    void aStepAfterAStayIsNeitherWiderNorNarrower() {
        SizerRun run = rising(12).windows(TRIAL);
        run.curve = size -> size == 18 ? 1 : 0;
        assertEquals(List.of(12, 18, 27), run.triedIn(TRIAL));
        run.curve = Math::log;

        assertEquals(List.of(14, 18, 23), run.triedIn(TRIAL));
        assertEquals(List.of(18, 23, 29), run.triedIn(TRIAL));
    }

    @Test
    void ifTheSizeDoesNotMatterItEndsAtTheSmallest() {
        SizerRun run = new SizerRun(64, size -> 0);
        List<Integer> decided = new ArrayList<>();
        for (int size = 64; size > 1; size = run.decided()) {
            run.untilMoved(TRIAL);
            decided.add(run.decided());
        }

        assertEquals(List.of(43, 29, 15, 8, 4, 2, 1), decided);
    }

    @Test
    void aTrialOfTwoSizesTakesFiveRounds() {
        assertEquals(1 + 2 * 5, new SizerRun(64, size -> 0).untilMoved(TRIAL));
    }

    @Test
    void eachRestIsTwiceAsLongAsTheOneBefore() {
        // Narrower steps would try the same two sizes, so it rests after each trial.
        SizerRun run = new SizerRun(1, size -> size == 1 ? 0 : -1);
        run.max = 2;
        run.windows(1);
        for (int rest : new int[] {10, 20, 40, 60, 60}) {
            for (int round = 0; round < 5; round++) assertEquals(List.of(1, 2), run.triedIn(2));
            assertEquals(List.of(1), run.triedIn(rest), "a rest of " + rest);
        }
    }

    @Test
    void aSingleAllowedSizeIsNotTried() {
        SizerRun run = rising(5);
        run.min = 5;
        run.max = 5;

        assertEquals(List.of(5), run.triedIn(40));
    }
}
