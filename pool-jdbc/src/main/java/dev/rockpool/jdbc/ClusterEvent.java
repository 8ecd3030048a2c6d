package dev.rockpool.jdbc;

import java.util.Objects;

/** What has changed in a {@link JdbcCluster}. Immutable, and sent after the fact. Each change is sent once. */
public final class ClusterEvent {
    /** What has happened. */
    public enum Kind {
        /** Another member is the primary, or the first one was found. Writers go to it. */
        PRIMARY_CHANGED,
        /** No member accepts writes. Writers wait. */
        NO_PRIMARY,
        /** A member gives no answer. If it is the primary, writers wait. */
        MEMBER_UNREACHABLE,
        /** A member answers again. */
        MEMBER_BACK,
        /** A member accepts writes although another one is the primary. Nothing is written to it. */
        SPLIT_BRAIN,
        /** A member belongs to another database cluster. It is not used. */
        FOREIGN_SYSTEM,
        /** A standby is too far behind and serves no reads. */
        STANDBY_LAGS,
        /** A standby serves reads again. */
        STANDBY_CAUGHT_UP
    }

    private final Kind kind;
    private final String member;
    private final String text;

    /**
     * @param member the name of the member; null if it is about the whole cluster
     * @param text what has happened, in words
     */
    public ClusterEvent(Kind kind, String member, String text) {
        this.kind = Objects.requireNonNull(kind, "kind");
        this.member = member;
        this.text = Objects.requireNonNull(text, "text");
    }

    public Kind getKind() {
        return kind;
    }

    /** The name of the member, such as {@code db-1:5432}. Null for {@link Kind#NO_PRIMARY}. */
    public String getMember() {
        return member;
    }

    /** What has happened, in words. */
    @Override
    public String toString() {
        return text;
    }
}
