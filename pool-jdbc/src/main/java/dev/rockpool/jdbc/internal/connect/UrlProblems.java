package dev.rockpool.jdbc.internal.connect;

import dev.rockpool.jdbc.internal.vendor.Vendor;
import java.sql.Driver;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Guesses the mistake in a URL that no driver accepts. */
public final class UrlProblems {
    /** The prefixes of URLs, and the dependency that has the driver. */
    private static final Map<String, String> DEPENDENCIES = Vendor.drivers();

    /** Other names for the prefixes. */
    private static final Map<String, String> ALIASES = Vendor.misspelt();

    private static final String PREFIX = "jdbc:";

    /** How many letters may differ in a typing error. */
    private static final int TYPO = 2;

    private UrlProblems() {}

    /** The rest of the sentence "url is ... but must be one that". */
    public static String of(String url) {
        List<Driver> found = Drivers.all();
        String names = found.stream()
                .map(driver -> driver.getClass().getName())
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
        String likely = likely(url, found);
        return "a driver on the class path accepts (found: " + (names.isEmpty() ? "none" : names) + ")"
                + (likely == null ? "" : "; " + likely);
    }

    private static String likely(String url, List<Driver> found) {
        boolean hasPrefix = url.regionMatches(true, 0, PREFIX, 0, PREFIX.length());
        if (!hasPrefix && url.isBlank()) return null;
        String rest = hasPrefix ? url.substring(PREFIX.length()) : url;
        String written = rest.split("[:/]", 2)[0].toLowerCase(Locale.ROOT);
        String meant = meantBy(written);
        if (!hasPrefix)
            return "it must begin with " + PREFIX + (meant == null ? "" : ", as in " + PREFIX + meant + ":");
        if (meant == null) return "is '" + written + "' right, and is its driver a dependency?";
        if (!meant.equals(written)) return "is " + PREFIX + meant + ": meant?";
        if (!url.startsWith(PREFIX)) return "it must begin with " + PREFIX + " in lower case";
        if (isThere(meant, found)) return "its driver is there, so see what follows " + PREFIX + meant + ":";
        return "add the dependency " + DEPENDENCIES.get(meant);
    }

    private static String meantBy(String written) {
        if (ALIASES.containsKey(written)) return ALIASES.get(written);
        if (DEPENDENCIES.containsKey(written)) return written;
        return DEPENDENCIES.keySet().stream()
                .filter(name -> distance(name, written) <= Math.min(TYPO, name.length() / 2))
                .min(Comparator.comparingInt(name -> distance(name, written)))
                .orElse(null);
    }

    private static boolean isThere(String name, List<Driver> found) {
        Vendor vendor = Vendor.ofUrl(PREFIX + name + ":");
        return vendor != null && found.stream().anyMatch(driver -> vendor.isOf(driver.getClass()));
    }

    /** How many letters must be inserted, removed or changed. */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) row[j] = j;
        for (int i = 0; i < one.length(); i++) {
            int[] next = new int[row.length];
            next[0] = i + 1;
            for (int j = 0; j < other.length(); j++) {
                int changed = row[j] + (one.charAt(i) == other.charAt(j) ? 0 : 1);
                next[j + 1] = Math.min(changed, Math.min(next[j], row[j + 1]) + 1);
            }
            row = next;
        }
        return row[other.length()];
    }
}
