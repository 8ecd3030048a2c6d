package dev.rockpool.jdbc.internal.config.hikari;

import dev.rockpool.jdbc.JdbcBuilder;
import dev.rockpool.jdbc.Startup;
import dev.rockpool.jdbc.internal.vendor.Isolations;
import java.time.Duration;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.ObjIntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How one property of HikariCP is converted. */
interface HikariRule {
    /** HikariCP's format: milliseconds, or a unit. */
    Pattern TIME = Pattern.compile("(\\d{1,18})(ms|s|m|h|d)?");

    /** Sets the value on the builder. Returns the problem with the value, or null. */
    String read(JdbcBuilder<?> to, String value);

    static HikariRule text(BiConsumer<JdbcBuilder<?>, String> set) {
        return (to, value) -> {
            set.accept(to, value);
            return null;
        };
    }

    static HikariRule number(ObjIntConsumer<JdbcBuilder<?>> set) {
        return (to, value) -> {
            try {
                set.accept(to, Integer.parseInt(value));
                return null;
            } catch (NumberFormatException e) {
                return wrong(value, "a whole number");
            }
        };
    }

    static HikariRule flag(BiConsumer<JdbcBuilder<?>, Boolean> set) {
        return (to, value) -> {
            String word = value.toLowerCase(Locale.ROOT);
            if (!word.equals("true") && !word.equals("false")) return wrong(value, "true or false");
            set.accept(to, word.equals("true"));
            return null;
        };
    }

    static HikariRule time(BiConsumer<JdbcBuilder<?>, Duration> set) {
        return (to, value) -> {
            Duration time = parse(value);
            if (time == null || time.isZero())
                return wrong(value, "longer than zero: milliseconds, or a duration such as 5s");
            set.accept(to, time);
            return null;
        };
    }

    /** 0 means never, which is null here. */
    static HikariRule timeOrNever(BiConsumer<JdbcBuilder<?>, Duration> set) {
        return (to, value) -> {
            Duration time = parse(value);
            if (time == null) return wrong(value, "milliseconds, or a duration such as 30s; 0 means never");
            set.accept(to, time.isZero() ? null : time);
            return null;
        };
    }

    /** HikariCP only reports leaks and does not reclaim the connection. */
    static HikariRule leak() {
        return timeOrNever((to, time) -> to.leakThreshold(time).reclaimLeaks(false));
    }

    static HikariRule isolation() {
        return (to, value) -> {
            Integer level = Isolations.parse(value);
            if (level == null) return wrong(value, "a name such as TRANSACTION_SERIALIZABLE, or a number");
            to.transactionIsolation(level.intValue());
            return null;
        };
    }

    /** Rockpool always behaves this way, whatever the value. */
    static HikariRule always() {
        return flag((to, value) -> {});
    }

    static HikariRule notHonoured(String instead) {
        return (to, value) -> cannot(instead);
    }

    /** Supported only if it is off. */
    static HikariRule onlyOff(String instead) {
        return (to, value) -> value.equalsIgnoreCase("false") ? null : cannot(instead);
    }

    /**
     * Negative means in the background. 0 differs only for a connection that opens but does not work. Any other value
     * is a time in milliseconds.
     */
    static HikariRule startup() {
        return (to, value) -> {
            if (value.matches("-\\d{1,18}")) return null;
            Duration time = parse(value);
            if (time == null)
                return wrong(value, "milliseconds, or a duration such as 30s; negative means not to wait");
            if (time.isZero()) return null;
            boolean once = time.compareTo(Duration.ofSeconds(1)) < 0;
            to.startup(once ? Startup.failFast() : Startup.waitUpTo(time));
            return null;
        };
    }

    private static String cannot(String instead) {
        return "cannot be honoured: " + instead;
    }

    private static String wrong(String value, String allowed) {
        return "is '" + value + "' but must be " + allowed;
    }

    private static Duration parse(String value) {
        Matcher time = TIME.matcher(value);
        if (!time.matches()) return null;
        long amount = Long.parseLong(time.group(1));
        String unit = time.group(2) == null ? "ms" : time.group(2);
        try {
            return switch (unit) {
                case "s" -> Duration.ofSeconds(amount);
                case "m" -> Duration.ofMinutes(amount);
                case "h" -> Duration.ofHours(amount);
                case "d" -> Duration.ofDays(amount);
                default -> Duration.ofMillis(amount);
            };
        } catch (ArithmeticException e) {
            return null;
        }
    }
}
