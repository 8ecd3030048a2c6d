package dev.rockpool;

/**
 * How a balanced pool chooses the member that serves a call. The load of a member is the number of its leased
 * connections and waiting callers, divided by its weight.
 */
public enum Balance {
    /**
     * Compares two members that are drawn at random by their weights, and takes the one with less load. It spreads
     * calls well even if several processes choose at the same time, so it is the default.
     */
    RANDOM_OF_TWO,

    /** Takes one member after the other, each as often as its weight says. Does not look at their load. */
    ROUND_ROBIN,

    /** Takes the member with the least load. Looks at every member for each call. */
    LEAST_ACTIVE
}
