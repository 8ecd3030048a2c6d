package dev.rockpool.jdbc.internal.cluster;

/** What a member answered when it was asked what it is, or that it gave no answer. */
public sealed interface Observation {
    /**
     * It gave no answer in time, or refused the connection.
     *
     * @param problem why, in words
     */
    record Unreachable(String problem) implements Observation {}

    /**
     * It answered.
     *
     * @param standby whether it is in recovery, and so accepts no writes
     * @param timeline counts promotions; 0 if a standby does not tell
     * @param position up to where its log of changes is written, or applied on a standby
     * @param system the identifier of the database cluster, which a primary and its standbys share
     * @param replayDelay how long ago the last change that a standby applied was committed, in nanoseconds; 0 if unknown
     */
    record Answer(boolean standby, long timeline, long position, long system, long replayDelay)
            implements Observation {}
}
