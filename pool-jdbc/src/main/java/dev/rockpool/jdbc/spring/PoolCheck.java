package dev.rockpool.jdbc.spring;

import dev.rockpool.HealthStatus;
import dev.rockpool.PoolControl;
import dev.rockpool.PoolHealth;
import dev.rockpool.PoolStats;
import dev.rockpool.jdbc.ClusterMember;
import dev.rockpool.jdbc.JdbcCluster;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.sql.DataSource;

/**
 * The contributor {@code rockpool}: the health of a pool, or of several used as one, from the outcomes of its connects and probes. It is down if
 * callers cannot be served. A degraded pool is up, with its issues in the details. It acquires no connection and never
 * waits.
 */
final class PoolCheck {
    private PoolCheck() {}

    static Answer of(DataSource source) {
        Parts parts = Parts.of(source);
        if (parts != null) {
            Map<String, Answer> answers = new LinkedHashMap<>();
            parts.sources().forEach((name, part) -> answers.put(name, of(part)));
            return parts.combine(answers);
        }
        FoundPool found = FoundPool.of(source);
        if (found == null) throw new IllegalStateException("the data source leads to no pool any more");
        return found.cluster() == null
                ? of(found.control())
                : of(found.cluster().asJdbcCluster());
    }

    /**
     * A cluster is down if writers cannot be served. Its details are those of the primary's pool, of the pools of the
     * standbys, and what is known of each member.
     */
    private static Answer of(JdbcCluster cluster) {
        Map<String, Object> standbys = new LinkedHashMap<>();
        Map<String, Object> members = new LinkedHashMap<>();
        Map<String, PoolControl> controls = cluster.controls();
        Answer primary = of(controls.get(JdbcCluster.PRIMARY));
        controls.forEach((role, control) -> {
            if (!role.equals(JdbcCluster.PRIMARY))
                standbys.put(role, of(control).details());
        });
        for (ClusterMember member : cluster.getMembers())
            members.put(member.getName(), member.getStatus().toString());
        Map<String, Object> details = new LinkedHashMap<>(primary.details());
        details.put("members", members);
        details.put("standbys", standbys);
        return new Answer(primary.isUp(), details);
    }

    private static Answer of(PoolControl control) {
        PoolHealth health = control.health();
        PoolStats stats = control.snapshot();
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("pool", stats.getName());
        details.put("status", health.getStatus());
        details.put("leased", stats.getLeased());
        details.put("idle", stats.getIdle());
        details.put("pending", stats.getPending());
        details.put("maxSize", stats.getMaxSize());
        if (!health.getIssues().isEmpty()) details.put("issues", health.getIssues());
        if (health.getConsecutiveFailures() > 0) {
            details.put("consecutiveFailures", health.getConsecutiveFailures());
            details.put("lastFailure", String.valueOf(health.getLastFailure()));
        }
        return new Answer(health.getStatus() != HealthStatus.UNHEALTHY, details);
    }
}
