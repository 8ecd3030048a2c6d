package dev.rockpool.monitor;

import java.time.Instant;

/**
 * One episode of a rule, from the notice that it fires to the notice that it is over. Immutable: what changes later is in
 * another object with the same {@link #getId}.
 */
public final class Alert {
    private final long id;
    private final String pool;
    private final AlertRule rule;
    private final double value;
    private final double highest;
    private final Instant firedAt;
    private final Instant resolvedAt;
    private final String acknowledgedBy;
    private final Instant acknowledgedAt;
    private final String clearedBy;

    private Alert(
            long id,
            String pool,
            AlertRule rule,
            double value,
            double highest,
            Instant firedAt,
            Instant resolvedAt,
            String acknowledgedBy,
            Instant acknowledgedAt,
            String clearedBy) {
        this.id = id;
        this.pool = pool;
        this.rule = rule;
        this.value = value;
        this.highest = highest;
        this.firedAt = firedAt;
        this.resolvedAt = resolvedAt;
        this.acknowledgedBy = acknowledgedBy;
        this.acknowledgedAt = acknowledgedAt;
        this.clearedBy = clearedBy;
    }

    static Alert fired(long id, String pool, AlertRule rule, double value, Instant at) {
        return new Alert(id, pool, rule, value, value, at, null, null, null, null);
    }

    Alert seen(double next) {
        if (!(next > highest)) return this;
        return new Alert(id, pool, rule, value, next, firedAt, resolvedAt, acknowledgedBy, acknowledgedAt, clearedBy);
    }

    Alert acknowledged(String by, Instant at) {
        return new Alert(id, pool, rule, value, highest, firedAt, resolvedAt, by, at, clearedBy);
    }

    Alert resolved(Instant at, String by) {
        return new Alert(id, pool, rule, value, highest, firedAt, at, acknowledgedBy, acknowledgedAt, by);
    }

    /** Identifies this episode among those of its monitor. Counted from 1. */
    public long getId() {
        return id;
    }

    /** The name of the pool. */
    public String getPool() {
        return pool;
    }

    public AlertRule getRule() {
        return rule;
    }

    /** {@link AlertState#FIRING} or {@link AlertState#RESOLVED}. */
    public AlertState getState() {
        return resolvedAt == null ? AlertState.FIRING : AlertState.RESOLVED;
    }

    /** The figure when it fired. */
    public double getValue() {
        return value;
    }

    /** The highest figure so far. */
    public double getHighest() {
        return highest;
    }

    /** When it fired, which is later than the figure rose by what the rule {@linkplain AlertRule#holds holds}. */
    public Instant getFiredAt() {
        return firedAt;
    }

    /** When it was over; null while it fires. */
    public Instant getResolvedAt() {
        return resolvedAt;
    }

    /** Who has acknowledged it; null if nobody has. */
    public String getAcknowledgedBy() {
        return acknowledgedBy;
    }

    /** When it was acknowledged; null if it was not. */
    public Instant getAcknowledgedAt() {
        return acknowledgedAt;
    }

    /** Who has ended it by {@link Alerts#clear}; null if it ended by itself or still fires. */
    public String getClearedBy() {
        return clearedBy;
    }

    /** Why it fires, or how high the figure was, in words: {@code leased connections: 96 %, above 80 %}. */
    public String getReason() {
        Figure figure = rule.getFigure();
        return resolvedAt == null ? figure.above(value, rule.getAbove()) : figure.atMost(highest);
    }

    /** One JSON object with a member for each property. */
    public String toJson() {
        return MonitorJson.of(this).toString();
    }

    /** The alert in a sentence, for a log. */
    @Override
    public String toString() {
        String what = "pool '" + pool + "': alert " + id + ", " + rule.getLevel() + " '" + rule.getName() + "'";
        String over = resolvedAt == null ? "" : " is over" + (clearedBy == null ? "" : ", cleared by " + clearedBy);
        return what + over + ": " + getReason();
    }
}
