package dev.rockpool.jdbc.internal.files;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;

/** Finds the known key that an unknown one was most likely meant to be. */
final class Nearest {
    private Nearest() {}

    /** The candidate with the smallest edit distance; the first of several. Case and dashes do not count. */
    static String of(String unknown, Collection<String> candidates) {
        String plain = SettingKeys.plain(unknown);
        return candidates.stream()
                .min(Comparator.comparingInt(candidate -> distance(plain, SettingKeys.plain(candidate))))
                .orElseThrow();
    }

    /** Whether at most a third of it differs. A guess from further away would mislead. */
    static boolean isNear(String unknown, String candidate) {
        String plain = SettingKeys.plain(unknown);
        return distance(plain, SettingKeys.plain(candidate)) * 3 <= plain.length();
    }

    /** How many characters must be inserted, removed, replaced or swapped with their neighbour. */
    static int distance(String a, String b) {
        int[] beforeThat = new int[b.length() + 1];
        int[] before = new int[b.length() + 1];
        Arrays.setAll(before, j -> j);
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = before[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(before[j], row[j - 1]) + 1);
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) row[j] = Math.min(row[j], beforeThat[j - 2] + 1);
            }
            beforeThat = before;
            before = row;
        }
        return before[b.length()];
    }
}
