package dev.rockpool.jdbc;

/** Which member of a {@link JdbcCluster} serves a caller. */
public enum Target {
    /** The primary. Callers wait while there is none. */
    PRIMARY,
    /** A standby within the lag limit. Callers wait while there is none. */
    STANDBY,
    /** A standby within the lag limit; the primary, read-only, while there is none. */
    PREFER_STANDBY
}
