package dev.rockpool.examples.bench;

/**
 * Something that is counted in a case.
 *
 * @param key names it in results
 * @param title names it for people, with its unit
 * @param lessIsBetter whether a smaller figure is the better one
 */
public record Metric(String key, String title, boolean lessIsBetter) {
    public static Metric less(String key, String title) {
        return new Metric(key, title, true);
    }

    public static Metric more(String key, String title) {
        return new Metric(key, title, false);
    }

    /** How many times as good one figure is as another: above 1 when it is the better one. */
    double advantage(double figure, double other) {
        return lessIsBetter ? other / figure : figure / other;
    }
}
