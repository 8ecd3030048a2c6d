package dev.rockpool.examples.chaos;

/** One kind of failure of a primary and its standby. */
public enum ClusterScenario {
    /** All processes of the primary end at once. Its standby is promoted. */
    PRIMARY_KILLED("primary killed"),

    /** The primary hangs, and is awake again after its standby was promoted. */
    PRIMARY_FROZEN("primary frozen, awake again"),

    /** Clients do not reach the primary, and reach it again after its standby was promoted. */
    PRIMARY_CUT_OFF("primary cut off, reached again"),

    /** An administrator stops the primary and promotes its standby. */
    PLANNED_SWITCH("planned switch"),

    /** The standby applies no changes for a while. */
    STANDBY_LAGS("standby lags");

    private final String title;

    ClusterScenario(String title) {
        this.title = title;
    }

    /** It in words. */
    public String title() {
        return title;
    }

    /** Whether another member becomes the primary. */
    boolean isFailover() {
        return this != STANDBY_LAGS;
    }
}
