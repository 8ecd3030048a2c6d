package dev.rockpool.monitor;

/** How serious an alert is. Rules of one name with different levels are independent of each other. */
public enum AlertLevel {
    /** A person should look soon. */
    WARNING,

    /** Callers suffer, or are about to. */
    CRITICAL
}
