package dev.rockpool.examples.drill;

import java.util.Locale;

/** Writes numbers for people. */
final class Numbers {
    private Numbers() {}

    /** Milliseconds with three significant digits, down to the microsecond: 0.012, 3.45, 67.8, 1,234. */
    static String millis(double millis) {
        String format = millis < 1 ? "%.3f" : millis < 10 ? "%.2f" : millis < 100 ? "%.1f" : "%,.0f";
        return String.format(Locale.ROOT, format, millis);
    }

    static String count(double count) {
        return String.format(Locale.ROOT, "%,.0f", count);
    }
}
