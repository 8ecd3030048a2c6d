package dev.rockpool.examples.drill;

import java.nio.file.Path;
import java.time.Duration;

/**
 * The settings of one drill; every value is valid.
 *
 * @param url the server to use, or null for an embedded one
 * @param killEvery how often to terminate all of the pool's sessions on the server, or null for never
 * @param config a file that configures the pool, or null for none
 * @param dashboard whether the pool is shown on a page
 * @param output the JSON file; the HTML report gets the same name with {@code .html}
 */
record Settings(
        int poolSize,
        int callers,
        Duration duration,
        Duration acquireTimeout,
        Mode mode,
        WorkloadKind workload,
        Duration killEvery,
        String url,
        String user,
        String password,
        Path config,
        boolean dashboard,
        Path output) {

    Path report() {
        String name = output.getFileName().toString();
        String stem = name.endsWith(".json") ? name.substring(0, name.length() - ".json".length()) : name;
        return output.resolveSibling(stem + ".html");
    }

    SettingsResult result() {
        return new SettingsResult(
                mode.toString(),
                workload.toString(),
                poolSize,
                callers,
                seconds(duration),
                seconds(acquireTimeout),
                killEvery == null ? null : seconds(killEvery));
    }

    /** A description in one line, without password and URL, whose parameters may hold one. */
    @Override
    public String toString() {
        return "%s by %,d %s on %,d connections for %s"
                .formatted(workload, callers, callerNoun(), poolSize, Durations.format(duration));
    }

    /** The headline of all reports. */
    String title() {
        return "Rockpool load drill: " + this;
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1e3;
    }

    private String callerNoun() {
        return switch (mode) {
            case SUSPEND -> "coroutines";
            case BLOCKING -> "threads";
            case VIRTUAL -> "virtual threads";
        };
    }
}
