package dev.rockpool.examples.bench;

/**
 * A quantity measured in a case.
 *
 * @param key its name in results
 * @param title its title for readers, with its unit
 * @param lessIsBetter whether a smaller figure is better
 */
public record Metric(String key, String title, boolean lessIsBetter) {
    public static Metric less(String key, String title) {
        return new Metric(key, title, true);
    }

    public static Metric more(String key, String title) {
        return new Metric(key, title, false);
    }

    /** How many times better one figure is than another: above 1 if it is better. */
    double advantage(double figure, double other) {
        return lessIsBetter ? other / figure : figure / other;
    }
}
