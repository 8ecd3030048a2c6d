package dev.rockpool;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The buckets that move from one shard to another, when one {@link ShardMap} replaces another. Immutable. */
public final class ReshardPlan {
    private final ShardMap before;
    private final ShardMap after;
    private final List<Move> moves;
    private final List<Integer> buckets;

    private ReshardPlan(ShardMap before, ShardMap after) {
        this.before = before;
        this.after = after;
        Map<String, Map<String, List<Integer>>> found = new TreeMap<>();
        List<Integer> moving = new ArrayList<>();
        for (int bucket = 0; bucket < ShardMap.BUCKETS; bucket++) {
            String from = before.ownerOf(bucket);
            String to = after.ownerOf(bucket);
            if (from.equals(to)) continue;
            moving.add(bucket);
            found.computeIfAbsent(from, shard -> new TreeMap<>())
                    .computeIfAbsent(to, shard -> new ArrayList<>())
                    .add(bucket);
        }
        List<Move> all = new ArrayList<>();
        found.forEach((from, targets) -> targets.forEach((to, those) -> all.add(new Move(from, to, those))));
        this.moves = List.copyOf(all);
        this.buckets = List.copyOf(moving);
    }

    /** What moves when the map {@code after} replaces the map {@code before}. */
    public static ReshardPlan between(ShardMap before, ShardMap after) {
        return new ReshardPlan(Objects.requireNonNull(before, "before"), Objects.requireNonNull(after, "after"));
    }

    /** The map that it starts from. */
    public ShardMap getBefore() {
        return before;
    }

    /** The map that it leads to. */
    public ShardMap getAfter() {
        return after;
    }

    /** The moves, one for each pair of shards. Sorted by the names of the shards. */
    public List<Move> getMoves() {
        return moves;
    }

    /** All buckets that move, sorted. */
    public List<Integer> getBuckets() {
        return buckets;
    }

    /** Such as {@code 1365 buckets move: 682 from a to c, 683 from b to c}. */
    @Override
    public String toString() {
        List<String> texts = moves.stream().map(Move::toString).toList();
        return buckets.size() + " buckets move" + (texts.isEmpty() ? "" : ": " + String.join(", ", texts));
    }

    /** Buckets that move from one shard to another. Immutable. */
    public static final class Move {
        private final String from;
        private final String to;
        private final List<Integer> buckets;

        private Move(String from, String to, List<Integer> buckets) {
            this.from = from;
            this.to = to;
            this.buckets = List.copyOf(buckets);
        }

        /** The shard that has the data now. */
        public String getFrom() {
            return from;
        }

        /** The shard that gets it. */
        public String getTo() {
            return to;
        }

        /** The buckets, sorted. */
        public List<Integer> getBuckets() {
            return buckets;
        }

        /** Such as {@code 682 from a to c}. */
        @Override
        public String toString() {
            return buckets.size() + " from " + from + " to " + to;
        }
    }
}
