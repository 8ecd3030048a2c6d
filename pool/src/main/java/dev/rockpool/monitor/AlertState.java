package dev.rockpool.monitor;

/** What a rule or an alert is doing. A rule is never RESOLVED, and an {@link Alert} is only FIRING or RESOLVED. */
public enum AlertState {
    /** The figure is not above the threshold. */
    OK,

    /** The figure is above the threshold, but not yet for as long as the rule wants. */
    PENDING,

    /** The alert has been reported and is not over. */
    FIRING,

    /** The alert is over. */
    RESOLVED
}
