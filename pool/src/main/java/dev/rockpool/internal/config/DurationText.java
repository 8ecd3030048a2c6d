package dev.rockpool.internal.config;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as properties files write them: {@code 500ms}, {@code 5s} or {@code PT5S}. Spring Boot reads the same. */
public final class DurationText {
    private static final Pattern SIMPLE = Pattern.compile("([+-]?\\d+)([a-zA-Z]{0,2})");

    /** From the longest to the shortest, so that a value is printed with the longest unit that fits. */
    private static final Map<String, ChronoUnit> UNITS = new LinkedHashMap<>();

    static {
        UNITS.put("d", ChronoUnit.DAYS);
        UNITS.put("h", ChronoUnit.HOURS);
        UNITS.put("m", ChronoUnit.MINUTES);
        UNITS.put("s", ChronoUnit.SECONDS);
        UNITS.put("ms", ChronoUnit.MILLIS);
        UNITS.put("us", ChronoUnit.MICROS);
        UNITS.put("ns", ChronoUnit.NANOS);
    }

    private DurationText() {}

    /** Parses a duration; without a unit it is in milliseconds. Returns null if the text is invalid. */
    public static Duration parse(String text) {
        Matcher simple = SIMPLE.matcher(text);
        try {
            if (!simple.matches()) return Duration.parse(text);
            String unit = simple.group(2).toLowerCase(Locale.ROOT);
            ChronoUnit of = unit.isEmpty() ? ChronoUnit.MILLIS : UNITS.get(unit);
            return of == null ? null : Duration.of(Long.parseLong(simple.group(1)), of);
        } catch (DateTimeParseException | NumberFormatException | ArithmeticException e) {
            return null;
        }
    }

    /** The shortest text that {@link #parse} reads as this duration. */
    public static String print(Duration time) {
        for (Map.Entry<String, ChronoUnit> unit : UNITS.entrySet()) {
            Duration one = unit.getValue().getDuration();
            long count = time.dividedBy(one);
            if (count != 0 && one.multipliedBy(count).equals(time)) return count + unit.getKey();
        }
        return "0s";
    }
}
