package dev.rockpool.jdbc;

import java.time.Duration;

/** What a {@link JdbcCluster} knows about one of its members. Immutable: a later state is another object. */
public final class ClusterMember {
    /** What a member is used for. */
    public enum Status {
        /** It was not asked yet. */
        UNKNOWN,
        /** It accepts writes, and gets all of them. */
        PRIMARY,
        /** It serves reads. */
        STANDBY,
        /** A standby that is too far behind, and serves no reads. */
        LAGGING,
        /** It gives no answer. */
        UNREACHABLE,
        /** It accepts writes, but another member is the primary. It is not used. */
        REFUSED,
        /** It belongs to another database cluster. It is not used. */
        FOREIGN
    }

    private final String name;
    private final Status status;
    private final long timeline;
    private final long position;
    private final Duration lag;
    private final String problem;

    /**
     * @param timeline 0 if unknown
     * @param position 0 if unknown
     * @param lag null if it is not a standby
     * @param problem null if there is none
     */
    public ClusterMember(String name, Status status, long timeline, long position, Duration lag, String problem) {
        this.name = name;
        this.status = status;
        this.timeline = timeline;
        this.position = position;
        this.lag = lag;
        this.problem = problem;
    }

    /** Host and port of its URL, such as {@code db-1:5432}. */
    public String getName() {
        return name;
    }

    public Status getStatus() {
        return status;
    }

    /** Its timeline, which rises with each promotion. 0 if unknown. */
    public long getTimeline() {
        return timeline;
    }

    /** Up to where its log of changes was written, or applied on a standby, when it was asked. 0 if unknown. */
    public long getPosition() {
        return position;
    }

    /** How far a standby was behind the primary when it was asked. Null for other members. */
    public Duration getLag() {
        return lag;
    }

    /** Why it is not used, in words. Null if it is. */
    public String getProblem() {
        return problem;
    }

    @Override
    public String toString() {
        String behind = lag == null ? "" : ", " + lag.toMillis() + " ms behind";
        return name + " " + status + behind + (problem == null ? "" : " (" + problem + ")");
    }
}
