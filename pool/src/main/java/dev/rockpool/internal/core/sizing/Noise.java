package dev.rockpool.internal.core.sizing;

/**
 * How much the scores of windows of one size differ, relative to their mean. Pure.
 *
 * <p>It is estimated from the trials so far. Older trials count less. With few windows the estimate itself is uncertain, so
 * callers get its upper bound.
 */
final class Noise {
    /** How much an earlier trial counts compared with a later one. */
    private static final double KEEP = 0.6;

    /** One in 20 estimates lies below the truth. */
    private static final double QUANTILE = -1.645;

    /** The lowest estimate. Even a simulated load varies this much. */
    private static final double LEAST = 0.001;

    private double squares;
    private double degrees;

    /** Takes the result of a trial that has ended. */
    void learn(double squares, double degrees) {
        this.squares = this.squares * KEEP + squares;
        this.degrees = this.degrees * KEEP + degrees;
    }

    /** The standard deviation of one window, at most, with what a trial has shown so far. */
    double atMost(double squares, double degrees) {
        double all = this.degrees + degrees;
        if (all < 1) return Double.POSITIVE_INFINITY;
        double found = (this.squares + squares) / all;
        return Math.max(LEAST, Math.sqrt(found * all / chiSquare(all)));
    }

    /** The lower quantile of the chi-square distribution, by Wilson and Hilferty. */
    private static double chiSquare(double degrees) {
        double part = 2 / (9 * degrees);
        double root = 1 - part + QUANTILE * Math.sqrt(part);
        return degrees * Math.max(0.01, root * root * root);
    }
}
