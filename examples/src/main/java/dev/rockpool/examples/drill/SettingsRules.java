package dev.rockpool.examples.drill;

import dev.rockpool.examples.VirtualThreads;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;

/** Validates settings. Each problem names the option, its value and what is allowed. */
final class SettingsRules {
    /** The limit of an embedded server on a laptop, where each connection is a process. */
    private static final int MOST_EMBEDDED_CONNECTIONS = 500;

    private static final int MOST_CALLERS = 100_000;

    /** Limited because each platform thread has its own stack. */
    private static final int MOST_THREADS = 4_000;

    private static final Duration MOST_TIME = Duration.ofHours(24);
    private static final Duration LEAST_TIME = Duration.ofMillis(1);
    private static final Duration LEAST_KILL_INTERVAL = Duration.ofMillis(100);
    private static final String URL_START = "jdbc:postgresql:";

    private SettingsRules() {}

    /** Returns the first problem, or null. */
    static String firstProblem(Settings settings) {
        int mostCallers = settings.mode() == Mode.BLOCKING ? MOST_THREADS : MOST_CALLERS;
        return Stream.of(
                        poolSize(settings),
                        inRange("--callers", settings.callers(), mostCallers),
                        inRange("--duration", settings.duration(), LEAST_TIME),
                        inRange("--acquire-timeout", settings.acquireTimeout(), LEAST_TIME),
                        inRange("--kill-every", settings.killEvery(), LEAST_KILL_INTERVAL),
                        mode(settings.mode()),
                        address(settings))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static String poolSize(Settings settings) {
        if (settings.url() != null) return inRange("--pool-size", settings.poolSize(), Integer.MAX_VALUE);
        return inRange("--pool-size", settings.poolSize(), MOST_EMBEDDED_CONNECTIONS);
    }

    private static String inRange(String option, int value, int most) {
        if (value < 1) return "%s is %d but must be at least 1".formatted(option, value);
        return value <= most ? null : "%s is %d but must be at most %d".formatted(option, value, most);
    }

    private static String inRange(String option, Duration value, Duration least) {
        if (value == null) return null;
        String given = "%s is %s but must be ".formatted(option, Durations.format(value));
        if (value.compareTo(least) < 0) return given + "at least " + Durations.format(least);
        return value.compareTo(MOST_TIME) <= 0 ? null : given + "at most " + Durations.format(MOST_TIME);
    }

    private static String mode(Mode mode) {
        if (mode != Mode.VIRTUAL || VirtualThreads.factory().isPresent()) return null;
        return "--mode is virtual but needs JDK %d or later; this is JDK %s"
                .formatted(VirtualThreads.FIRST_JDK, Runtime.version().feature());
    }

    private static String address(Settings settings) {
        if (settings.url() == null) {
            if (settings.user() != null) return "--user is given without --url";
            return settings.password() == null ? null : "--password is given without --url";
        }
        return settings.url().startsWith(URL_START) ? null : "--url must start with " + URL_START;
    }
}
