package dev.rockpool.monitor;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * When an alert fires and when it is over. Immutable: each method that changes something returns another rule.
 *
 * <p>The alert fires when the figure has been above {@link #getAbove} for {@link #getHolds} without a break. It is over
 * when the figure has been at or below {@link #getClearsBelow} for {@link #getClearsAfter} without a break. So a figure
 * that swings around the threshold causes one alert.
 *
 * <pre>{@code
 * new AlertRule("busy", AlertLevel.WARNING, Figure.UTILIZATION, 0.8)
 *         .holds(Duration.ofSeconds(30)).clearsBelow(0.7).clearsAfter(Duration.ofMinutes(1));
 * }</pre>
 */
public final class AlertRule {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);
    private static final long ENOUGH = 20;

    private final String name;
    private final AlertLevel level;
    private final Figure figure;
    private final double above;
    private final double clearsBelow;
    private final Duration holds;
    private final Duration clearsAfter;
    private final Duration window;
    private final long minAttempts;

    /**
     * A rule that fires at the first look above the threshold, and clears after a minute at or below it.
     *
     * @param name identifies the rule, together with the level
     * @param above the threshold, in the unit of the figure
     * @throws IllegalArgumentException if the name is blank or the threshold is not a number
     */
    public AlertRule(String name, AlertLevel level, Figure figure, double above) {
        this(name, level, figure, above, above, Duration.ZERO, MINUTE, MINUTE, ENOUGH);
    }

    private AlertRule(
            String name,
            AlertLevel level,
            Figure figure,
            double above,
            double clearsBelow,
            Duration holds,
            Duration clearsAfter,
            Duration window,
            long minAttempts) {
        this.name = Objects.requireNonNull(name, "name is null");
        this.level = Objects.requireNonNull(level, "level is null");
        this.figure = Objects.requireNonNull(figure, "figure is null");
        this.above = above;
        this.clearsBelow = clearsBelow;
        this.holds = check("holds", holds, holds != null && !holds.isNegative(), "zero or more");
        this.clearsAfter =
                check("clearsAfter", clearsAfter, clearsAfter != null && !clearsAfter.isNegative(), "zero or more");
        this.window =
                check("window", window, window != null && window.compareTo(Duration.ZERO) > 0, "longer than zero");
        this.minAttempts = check("minAttempts", minAttempts, minAttempts >= 1, "at least 1");
        check("name", "'" + name + "'", !name.isBlank(), "not blank");
        check("above", above, Double.isFinite(above), "finite");
        check("clearsBelow", clearsBelow, clearsBelow <= above, "at most above, which is " + above);
    }

    private <T> T check(String property, T value, boolean holds, String allowed) {
        if (holds) return value;
        throw new IllegalArgumentException(
                "alert '" + name + "': " + property + " is " + value + " but must be " + allowed);
    }

    /** Fires only after the figure has been above the threshold for this long. Zero means at once. Default zero. */
    public AlertRule holds(Duration time) {
        return new AlertRule(name, level, figure, above, clearsBelow, time, clearsAfter, window, minAttempts);
    }

    /** The figure must fall to this for the alert to end. At most the threshold, which is the default. */
    public AlertRule clearsBelow(double value) {
        return new AlertRule(name, level, figure, above, value, holds, clearsAfter, window, minAttempts);
    }

    /** Ends only after the figure has been low enough for this long. Zero means at once. Default one minute. */
    public AlertRule clearsAfter(Duration time) {
        return new AlertRule(name, level, figure, above, clearsBelow, holds, time, window, minAttempts);
    }

    /** The time before each look that figures of a range are made from. Longer than zero. Default one minute. */
    public AlertRule window(Duration time) {
        return new AlertRule(name, level, figure, above, clearsBelow, holds, clearsAfter, time, minAttempts);
    }

    /** With fewer attempts in the window, a figure that is made from attempts is unknown. At least 1. Default 20. */
    public AlertRule minAttempts(long attempts) {
        return new AlertRule(name, level, figure, above, clearsBelow, holds, clearsAfter, window, attempts);
    }

    public String getName() {
        return name;
    }

    public AlertLevel getLevel() {
        return level;
    }

    public Figure getFigure() {
        return figure;
    }

    /** The threshold. */
    public double getAbove() {
        return above;
    }

    public double getClearsBelow() {
        return clearsBelow;
    }

    public Duration getHolds() {
        return holds;
    }

    public Duration getClearsAfter() {
        return clearsAfter;
    }

    public Duration getWindow() {
        return window;
    }

    public long getMinAttempts() {
        return minAttempts;
    }

    /**
     * The rules that every monitor has unless they are switched off:
     *
     * <ul>
     *   <li>{@code busy}: more than 80 % of the connections are leased for 30 s; CRITICAL from 95 % on
     *   <li>{@code errors}: more than 5 % of the callers of a minute got no connection
     *   <li>{@code exhausted}: callers waited for a lease to end in more than 10 % of a minute
     *   <li>{@code waits}: the 99th percentile of a minute's waits is above half of {@code acquireTimeout}
     *   <li>{@code down}, CRITICAL: the server cannot be reached for 10 s
     *   <li>{@code leaked}: a lease lasts longer than {@code leakThreshold}
     *   <li>{@code churn}: each connection is replaced more often than once a minute, for five minutes
     *   <li>{@code paused}: the pool has been paused for five minutes
     * </ul>
     */
    public static List<AlertRule> builtIn() {
        Duration halfAMinute = Duration.ofSeconds(30);
        return List.of(
                new AlertRule("busy", AlertLevel.WARNING, Figure.UTILIZATION, 0.8)
                        .clearsBelow(0.7)
                        .holds(halfAMinute),
                new AlertRule("busy", AlertLevel.CRITICAL, Figure.UTILIZATION, 0.95)
                        .clearsBelow(0.85)
                        .holds(halfAMinute),
                new AlertRule("errors", AlertLevel.WARNING, Figure.ERROR_RATE, 0.05).clearsBelow(0.02),
                new AlertRule("exhausted", AlertLevel.WARNING, Figure.EXHAUSTED, 0.1).clearsBelow(0.05),
                new AlertRule("waits", AlertLevel.WARNING, Figure.WAIT_P99_OF_TIMEOUT, 0.5).clearsBelow(0.25),
                new AlertRule("down", AlertLevel.CRITICAL, Figure.DOWN, 0).holds(Duration.ofSeconds(10)),
                new AlertRule("leaked", AlertLevel.WARNING, Figure.LEAKED, 0).window(FIVE_MINUTES),
                new AlertRule("churn", AlertLevel.WARNING, Figure.CHURN, 1)
                        .clearsBelow(0.5)
                        .window(FIVE_MINUTES)
                        .holds(FIVE_MINUTES),
                new AlertRule("paused", AlertLevel.WARNING, Figure.PAUSED, 0)
                        .holds(FIVE_MINUTES)
                        .clearsAfter(Duration.ZERO));
    }

    @Override
    public String toString() {
        return level + " '" + name + "': " + figure + " above " + above + " for " + holds;
    }
}
