package dev.rockpool.jdbc.spring;

import dev.rockpool.jdbc.BalancedDataSource;
import dev.rockpool.jdbc.RockpoolDataSource;
import dev.rockpool.jdbc.ShardedDataSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

/**
 * The data sources that another one consists of, by name. Everything that looks for pools goes through them, so a further
 * kind has to be known only here.
 *
 * @param whole the data source that has the parts, without what decorates it
 */
record Parts(Kind kind, DataSource whole, Map<String, DataSource> sources) {
    private static final String UNNAMED = "unnamed"; // as Spring Boot calls a routed data source whose key is null

    enum Kind {
        /** The targets of a routing data source, by the text of their keys. */
        TARGETS,
        /** The members of a balanced one, by the names of their pools. It serves while one of them does. */
        MEMBERS,
        /** The shards of a sharded one. It serves while all of them do. */
        SHARDS
    }

    /** Null if the data source is none of these. */
    static Parts of(DataSource source) {
        // First, because a routing data source unwraps to what is behind its present target.
        AbstractRoutingDataSource routing = Pools.routing(source);
        if (routing != null) return new Parts(Kind.TARGETS, routing, targets(routing));
        BalancedDataSource balanced = Pools.find(source, BalancedDataSource.class);
        if (balanced != null) return new Parts(Kind.MEMBERS, balanced, members(balanced.members()));
        ShardedDataSource sharded = Pools.find(source, ShardedDataSource.class);
        return sharded == null ? null : new Parts(Kind.SHARDS, sharded, new LinkedHashMap<>(sharded.shards()));
    }

    /** Whether each part is of use alone, so that each has its own health. */
    boolean areSeparate() {
        return kind == Kind.TARGETS;
    }

    private static Map<String, DataSource> targets(AbstractRoutingDataSource routing) {
        Map<String, DataSource> targets = new LinkedHashMap<>();
        routing.getResolvedDataSources().forEach((key, target) -> targets.put(Objects.toString(key, UNNAMED), target));
        return targets;
    }

    /** Members whose pools share a name are numbered. */
    private static Map<String, DataSource> members(List<RockpoolDataSource> members) {
        Map<String, DataSource> all = new LinkedHashMap<>();
        for (RockpoolDataSource member : members) {
            String name = member.snapshot().getName();
            String free = name;
            for (int i = 2; all.containsKey(free); i++) free = name + "-" + i;
            all.put(free, member);
        }
        return all;
    }

    /** The answer for the whole, with the details of each part. */
    Answer combine(Map<String, Answer> answers) {
        boolean isUp = kind == Kind.SHARDS
                ? answers.values().stream().allMatch(Answer::isUp)
                : answers.values().stream().anyMatch(Answer::isUp);
        Map<String, Object> details = new LinkedHashMap<>();
        answers.forEach((name, answer) -> {
            Map<String, Object> part = new LinkedHashMap<>();
            part.put("status", answer.isUp() ? "UP" : "DOWN");
            part.putAll(answer.details());
            details.put(name, part);
        });
        return new Answer(isUp, Map.of(kind == Kind.SHARDS ? "shards" : "members", details));
    }
}
