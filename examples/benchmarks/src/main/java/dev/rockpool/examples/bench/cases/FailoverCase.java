package dev.rockpool.examples.bench.cases;

import dev.rockpool.examples.bench.About;
import dev.rockpool.examples.bench.Candidate;
import dev.rockpool.examples.bench.Effort;
import dev.rockpool.examples.bench.ForkInput;
import dev.rockpool.examples.bench.Goal;
import dev.rockpool.examples.bench.JdbcCandidates;
import dev.rockpool.examples.bench.Metric;
import dev.rockpool.examples.bench.ProcessCase;
import dev.rockpool.examples.bench.Samples;
import dev.rockpool.examples.bench.ServerLink;
import dev.rockpool.examples.bench.peer.JdbcPeer;
import dev.rockpool.examples.bench.peer.OpenPool;
import dev.rockpool.examples.bench.peer.Room;
import dev.rockpool.examples.bench.peer.Target;
import dev.rockpool.jdbc.JdbcCluster;
import dev.rockpool.testing.EmbeddedCluster;
import java.time.Duration;
import java.util.List;

/** How soon writers commit after a standby was promoted. */
public final class FailoverCase extends ProcessCase {
    private static final Room ROOM = Room.of(4);
    private static final int THREADS = 8;
    private static final Metric KILLED = Metric.less("killed", "ms from `accepts` to the first commit, primary killed");
    private static final Metric FROZEN = Metric.less("frozen", "the same, primary frozen");
    private static final Metric SWITCHED = Metric.less("switched", "the same, planned switch");
    private static final Metric ERRORS = Metric.less("errors", "failed calls of one failover");
    private static final Metric STALE = Metric.less("stale", "commits that the new primary does not have");

    /** What its driver needs to find the primary, to give up a silent one, and not to trust what it knew for long. */
    private static final String OF_PEER =
            "?targetServerType=primary&hostRecheckSeconds=1&connectTimeout=2&socketTimeout=10";

    /** The other connection is tried every two milliseconds, so smaller values mean nothing. */
    private static final double LEAST_MILLIS = 1;

    private static final double ROUND_SECONDS = 25;

    public FailoverCase() {
        super(new About(
                "failover",
                "Failover",
                "8 threads insert through 4 connections while the primary is lost and its standby is promoted; a thread whose call failed retries after 5 ms",
                "Rockpool's pool is a cluster. HikariCP's URL names both servers and has `" + OF_PEER.substring(1)
                        + "`. Accepts: another connection, tried every 2 ms, inserts. 15,000 ms: not within that time. "
                        + "Afterwards the former primary comes back as a standby."));
    }

    @Override
    public List<Metric> metrics() {
        return List.of(KILLED, FROZEN, SWITCHED, ERRORS, STALE);
    }

    @Override
    public List<Candidate> candidates() {
        return List.of(
                JdbcCandidates.of(JdbcPeer.ROCKPOOL, ROOM, Postgres.UNKNOWN),
                JdbcCandidates.of(JdbcPeer.HIKARICP, ROOM, Postgres.UNKNOWN));
    }

    @Override
    public List<Goal> goals() {
        return List.of(
                Goal.atMost(KILLED, 250), Goal.atMost(FROZEN, 250), Goal.atMost(SWITCHED, 250), Goal.atMost(STALE, 0));
    }

    @Override
    public boolean isQuick() {
        return false;
    }

    @Override
    public double seconds(Effort effort) {
        return effort.seconds(0) + effort.rounds() * ROUND_SECONDS;
    }

    @Override
    public Samples measure(ForkInput input, ServerLink server) throws Exception {
        Samples samples = new Samples();
        try (EmbeddedCluster servers = EmbeddedCluster.create();
                OpenPool pool = open(Idle.peer(input.getCandidate()), servers)) {
            Failover.prepare(servers);
            for (int round = 0; round < input.effort().rounds(); round++) {
                add(samples, KILLED, Failover.watch(pool.dataSource(), THREADS, servers, servers::kill));
                add(samples, FROZEN, Failover.watch(pool.dataSource(), THREADS, servers, servers::freeze));
                add(samples, SWITCHED, Failover.watch(pool.dataSource(), THREADS, servers, servers::stop));
            }
        }
        return samples;
    }

    private static void add(Samples samples, Metric metric, Failover failover) {
        samples.add(metric.key(), Math.max(LEAST_MILLIS, failover.firstMillis()));
        samples.add(ERRORS.key(), failover.errors());
        samples.add(STALE.key(), failover.stale());
    }

    private static OpenPool open(JdbcPeer peer, EmbeddedCluster servers) throws Exception {
        if (peer != JdbcPeer.ROCKPOOL) {
            String url = "jdbc:postgresql://localhost:" + servers.port(0) + ",localhost:" + servers.port(1) + "/"
                    + servers.user() + OF_PEER;
            return peer.open(Target.postgres(url, servers.user(), servers.password()), ROOM);
        }
        JdbcCluster cluster = JdbcCluster.builder()
                .pools(pool -> pool.username(servers.user())
                        .password(servers.password())
                        .maxSize(ROOM.max())
                        .minIdle(ROOM.min()))
                .member(member -> member.url(servers.url(0)))
                .member(member -> member.url(servers.url(1)))
                .build();
        return new OpenPool(
                cluster.getDataSource(), () -> cluster.getDataSource().close(Duration.ZERO));
    }
}
