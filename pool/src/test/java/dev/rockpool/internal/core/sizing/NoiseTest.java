package dev.rockpool.internal.core.sizing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class NoiseTest {
    private final Noise noise = new Noise();

    @Test
    void nothingIsKnownBeforeOneDifference() {
        assertEquals(Double.POSITIVE_INFINITY, noise.atMost(0, 0));
        assertEquals(Double.POSITIVE_INFINITY, noise.atMost(0.5, 0.99));
    }

    @Test
    void theBoundIsThatOfTheChiSquareDistribution() {
        // The 5 % quantiles, from a table.
        assertBound(5, 1.1455);
        assertBound(6, 1.6354);
        assertBound(10, 3.9403);
        assertBound(20, 10.8508);
        assertBound(30, 18.4927);
        assertBound(100, 77.9295);
    }

    /** The variance is at most the squares, divided by the quantile. */
    private void assertBound(double degrees, double quantile) {
        double squares = 0.04 * degrees;
        double expected = Math.sqrt(squares / quantile);
        assertEquals(expected, noise.atMost(squares, degrees), 0.01 * expected, degrees + " degrees");
    }

    @Test
    void oneDifferenceBoundsTheNoiseByTenTimesItsSize() {
        assertEquals(10 * 0.02, noise.atMost(0.0004, 1), 1e-12);
    }

    @Test
    void theBoundIsNeverBelowOnePerMille() {
        assertEquals(0.001, noise.atMost(0, 100));
        assertEquals(0.001, noise.atMost(1e-6, 100));
    }

    @Test
    void anEarlierTrialCountsForThreeFifthsOfTheNextOne() {
        noise.learn(0.5, 10);
        noise.learn(0.25, 20);

        assertEquals(new Noise().atMost(0.55 + 0.125, 26 + 4), noise.atMost(0.125, 4), 1e-12);
    }
}
