package dev.rockpool;

import java.util.Objects;

/** How a {@link ReshardPlan} is carried out. Immutable, and sent after the fact. */
public final class ShardEvent {
    /** What has happened. */
    public enum Kind {
        /** Callers of the buckets that move wait from now on. Calls that have begun continue. */
        STARTED,
        /** No call uses a bucket that moves any more. Its data is copied now. */
        DRAINED,
        /** The map of the plan is in force. Callers continue at the new shards. */
        FINISHED,
        /** The plan was given up. The map before it is in force, and callers continue at the old shards. */
        ABORTED
    }

    private final Kind kind;
    private final ReshardPlan plan;
    private final Throwable cause;

    /** @param cause why it was aborted; null for other kinds */
    public ShardEvent(Kind kind, ReshardPlan plan, Throwable cause) {
        this.kind = Objects.requireNonNull(kind, "kind");
        this.plan = Objects.requireNonNull(plan, "plan");
        this.cause = cause;
    }

    public Kind getKind() {
        return kind;
    }

    public ReshardPlan getPlan() {
        return plan;
    }

    /** Why the plan was aborted. Null for other kinds. */
    public Throwable getCause() {
        return cause;
    }

    /** What has happened, in words. */
    @Override
    public String toString() {
        return switch (kind) {
            case STARTED -> "resharding started: " + plan;
            case DRAINED -> "resharding: no call uses a moving bucket any more, data is copied";
            case FINISHED -> "resharding finished: " + plan.getAfter();
            case ABORTED -> "resharding aborted, the map stays " + plan.getBefore() + ": " + cause;
        };
    }
}
