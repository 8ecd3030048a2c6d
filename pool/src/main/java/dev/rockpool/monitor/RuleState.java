package dev.rockpool.monitor;

/**
 * The state of one rule, moved by looks at its figure. Pure: it knows no clock and no pool. Guarded by {@link Alerts}.
 *
 * <pre>
 * OK -- above --> PENDING -- above for `holds` --> FIRING -- at or below `clearsBelow` for `clearsAfter` --> OK
 *  ^                 |
 *  +-- not above ----+
 * </pre>
 *
 * An unknown figure changes no state. The time until the next known one counts neither for nor against the alert.
 */
final class RuleState {
    /** What a look changed. */
    enum Change {
        NOTHING,
        FIRES,
        RESOLVES
    }

    final AlertRule rule;
    private AlertState state = AlertState.OK;
    private double value = Double.NaN;

    /** For how long the figure has been where the state can end. Negative: the previous look found it elsewhere. */
    private long lasted = -1;

    private long lookedAt;

    RuleState(AlertRule rule) {
        this.rule = rule;
    }

    AlertState state() {
        return state;
    }

    /** The latest value; {@code NaN} if it was unknown. */
    double value() {
        return value;
    }

    /** @param now nanoseconds, never lower than before */
    Change look(long now, double found) {
        long passed = now - lookedAt;
        boolean continues = !Double.isNaN(value);
        lookedAt = now;
        value = found;
        if (Double.isNaN(found)) return Change.NOTHING;
        boolean here = state == AlertState.FIRING ? found <= rule.getClearsBelow() : found > rule.getAbove();
        if (!here) {
            lasted = -1;
            if (state == AlertState.PENDING) state = AlertState.OK;
            return Change.NOTHING;
        }
        lasted = lasted < 0 ? 0 : lasted + (continues ? passed : 0);
        return state == AlertState.FIRING ? clear() : fire();
    }

    private Change fire() {
        state = AlertState.PENDING;
        if (lasted < rule.getHolds().toNanos()) return Change.NOTHING;
        state = AlertState.FIRING;
        lasted = -1;
        return Change.FIRES;
    }

    private Change clear() {
        if (lasted < rule.getClearsAfter().toNanos()) return Change.NOTHING;
        reset();
        return Change.RESOLVES;
    }

    /** Starts again, as if the figure had never been above the threshold. */
    void reset() {
        state = AlertState.OK;
        lasted = -1;
    }
}
