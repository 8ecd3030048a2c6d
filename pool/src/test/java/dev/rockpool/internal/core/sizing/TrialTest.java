package dev.rockpool.internal.core.sizing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TrialTest {
    private static final double TINY = 1e-12;

    private final Trial trial = new Trial(new int[] {8, 12, 18}, new SplittableRandom(1));

    @Test
    void inEachRoundEverySizeHasOneWindowAndEachOrderIsAsLikely() {
        SplittableRandom random = new SplittableRandom(1);
        Map<List<Integer>, Integer> orders = new HashMap<>();
        for (int i = 0; i < 60; i++) {
            Trial each = new Trial(new int[] {8, 12, 18}, random);
            for (int round = 0; round < 10; round++) orders.merge(orderOf(each), 1, Integer::sum);
        }

        assertEquals(6, orders.size());
        orders.forEach((order, count) -> {
            assertEquals(List.of(8, 12, 18), order.stream().sorted().toList());
            assertEquals(100, count, 30, order.toString());
        });
    }

    /** Plays a round. */
    private static List<Integer> orderOf(Trial trial) {
        List<Integer> order = new ArrayList<>();
        do {
            order.add(trial.size());
        } while (!trial.add(1));
        return order;
    }

    @Test
    void onlyCompleteRoundsCount() {
        assertFalse(trial.add(1));
        assertFalse(trial.add(1));
        assertEquals(0, trial.windows());
        assertEquals(0, trial.rounds());

        assertTrue(trial.add(1));

        assertEquals(3, trial.windows());
        assertEquals(1, trial.rounds());
        Rounds.play(trial, 0, 0, 0);
        assertEquals(6, trial.windows());
        assertEquals(2, trial.rounds());
    }

    @Test
    void theMeanIsThatOfTheLogarithms() {
        Rounds.play(trial, 1, 2, 3);
        Rounds.play(trial, 2, 6, 4);

        assertEquals(1.5, trial.mean(8), TINY);
        assertEquals(4, trial.mean(12), TINY);
        assertEquals(3.5, trial.mean(18), TINY);
    }

    @Test
    void aGainIsTheDifferenceOfTwoMeans() {
        Rounds.play(trial, 1, 2, 3.5);

        assertEquals(1.5, trial.gain(18, 12), TINY);
        assertEquals(-1, trial.gain(8, 12), TINY);
        assertEquals(1, trial.gain(12, 8), TINY);
    }

    @Test
    void aSizeThatIsNotTriedHasNoGain() {
        Rounds.play(trial, 1, 2, 3);

        assertTrue(Double.isNaN(trial.gain(9, 12)));
        assertTrue(Double.isNaN(trial.gain(12, 9)));
    }

    @Test
    void theDriftIsTheSecondHalfComparedWithTheFirst() {
        Rounds.play(trial, 0, 1, 0);
        Rounds.play(trial, 0, 3, 5);
        Rounds.play(trial, 0, 5, 5);
        assertEquals(3, trial.drift(12), TINY);

        Rounds.play(trial, 0, 8, 5);

        assertEquals(4.5, trial.drift(12), TINY);
        assertEquals(0, trial.drift(8), TINY);
    }

    @Test
    void squaresAreWhatNeitherTheSizesNorTheRoundsExplain() {
        Random random = new Random(3);
        for (int columns = 2; columns <= 3; columns++) {
            Trial each = new Trial(columns == 2 ? new int[] {4, 5} : new int[] {4, 5, 6}, new SplittableRandom(2));
            double[][] rounds = new double[3][columns];
            for (double[] round : rounds) {
                for (int i = 0; i < columns; i++) round[i] = random.nextDouble();
                Rounds.play(each, round);
            }

            assertEquals(unexplained(rounds), each.squares(), TINY);
        }
    }

    /** All squares less those of the rounds and those of the sizes, as in an analysis of variance. */
    private static double unexplained(double[][] rounds) {
        int columns = rounds[0].length;
        double sum = 0;
        double squares = 0;
        double ofRounds = 0;
        double[] bySize = new double[columns];
        for (double[] round : rounds) {
            double ofRound = 0;
            for (int i = 0; i < columns; i++) {
                ofRound += round[i];
                bySize[i] += round[i];
                squares += round[i] * round[i];
            }
            sum += ofRound;
            ofRounds += ofRound * ofRound / columns;
        }
        double ofSizes = 0;
        for (double each : bySize) ofSizes += each * each / rounds.length;
        return squares - ofRounds - ofSizes + sum * sum / (rounds.length * columns);
    }

    @Test
    void squaresHaveOneDegreeOfFreedomForEachFurtherRoundAndSize() {
        assertEquals(0, trial.degrees());
        Rounds.play(trial, 0, 0, 0);
        assertEquals(0, trial.degrees());
        Rounds.play(trial, 0, 0, 0);
        Rounds.play(trial, 0, 0, 0);
        assertEquals(4, trial.degrees());
    }
}
