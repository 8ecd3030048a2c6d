package dev.rockpool.examples;

import java.util.Locale;

/** Formats numbers. */
public final class Numbers {
    private static final double LARGE = 1e15;

    private Numbers() {}

    /** Milliseconds with three significant digits, down to the microsecond: 0.012, 3.45, 67.8, 1,234. */
    public static String millis(double millis) {
        String format = millis < 1 ? "%.3f" : millis < 10 ? "%.2f" : millis < 100 ? "%.1f" : "%,.0f";
        return String.format(Locale.ROOT, format, millis);
    }

    public static String count(double count) {
        return String.format(Locale.ROOT, "%,.0f", count);
    }

    /** Three significant digits, or all before the point: 0, 0.0123, 1.23, 12.3, 12,345. */
    public static String figure(double value) {
        double size = Math.abs(value);
        if (size == 0 || size >= LARGE) return String.format(Locale.ROOT, "%.0f", value);
        int digits = Math.max(0, 2 - (int) Math.floor(Math.log10(size)));
        return String.format(Locale.ROOT, "%,." + digits + "f", value);
    }
}
