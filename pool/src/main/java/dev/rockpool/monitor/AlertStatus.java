package dev.rockpool.monitor;

/** What one rule is doing. Immutable. */
public final class AlertStatus {
    private final AlertRule rule;
    private final AlertState state;
    private final double value;

    AlertStatus(AlertRule rule, AlertState state, double value) {
        this.rule = rule;
        this.state = state;
        this.value = value;
    }

    public AlertRule getRule() {
        return rule;
    }

    /** {@link AlertState#OK}, {@link AlertState#PENDING} or {@link AlertState#FIRING}. */
    public AlertState getState() {
        return state;
    }

    /** The figure at the latest look; null if it was unknown. */
    public Double getValue() {
        return Double.isNaN(value) ? null : value;
    }

    @Override
    public String toString() {
        return rule + ": " + state + ", " + (Double.isNaN(value) ? "unknown" : value);
    }
}
