package dev.rockpool.examples.chaos;

import dev.rockpool.PoolStats;
import dev.rockpool.jdbc.ClusterMember.Status;
import dev.rockpool.jdbc.JdbcCluster;
import dev.rockpool.testing.chaos.ChaosCheck;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** Damages a primary and its standby while threads move money through one data source, and checks what holds. */
final class ClusterChaos implements AutoCloseable {
    private static final int WARM_UP = 50;
    private static final double NANOS_A_MILLI = 1e6;

    /** From when the new primary accepts writes. The members are asked every 20 ms meanwhile. */
    private static final double MOST_MILLIS = 1_000;

    /** From when the standby applies changes again. It is asked every 200 ms. */
    private static final double MOST_MILLIS_OF_READS = 3_000;

    private final ClusterServers servers;
    private final int poolSize;
    private final int writers;
    private final int rounds;
    private final Duration faultTime;
    private final long seed;

    ClusterChaos(int poolSize, int writers, int rounds, Duration faultTime, long seed) throws SQLException {
        this.servers = new ClusterServers();
        this.poolSize = poolSize;
        this.writers = writers;
        this.rounds = rounds;
        this.faultTime = faultTime;
        this.seed = seed;
    }

    String describe() throws SQLException {
        try (Connection connection = servers.connect(servers.primary())) {
            return connection.getMetaData().getDatabaseProductName() + " "
                    + connection.getMetaData().getDatabaseProductVersion();
        }
    }

    /** @param onRound called when a round has ended */
    ClusterResult run(ClusterScenario scenario, Runnable onRound) throws SQLException {
        ClusterBank bank;
        try (Connection superuser = servers.connect(servers.primary())) {
            bank = ClusterBank.open(superuser, servers.user());
        }
        long begin = System.nanoTime();
        JdbcCluster cluster = open();
        ClusterCallers callers = new ClusterCallers(cluster.getDataSource(), bank, writers, seed);
        List<Double> recoveries = new ArrayList<>();
        List<ChaosCheck> checks = new ArrayList<>();
        try {
            callers.start();
            Random random = new Random(seed + scenario.ordinal());
            for (int round = 1; round <= rounds; round++) {
                Duration time = faultTime.dividedBy(2).plusMillis(random.nextInt((int) faultTime.toMillis() + 1));
                recoveries.add(round(scenario, cluster, callers, time, checks));
                onRound.run();
            }
            checks.add(callersEnded(callers));
            checks.add(nothingLeft(cluster));
        } finally {
            callers.stop();
            cluster.getDataSource().close(Duration.ZERO);
        }
        checks.addAll(judge(scenario, callers, recoveries));
        try (Connection superuser = servers.connect(servers.primary())) {
            checks.addAll(bank.check(superuser));
        }
        return new ClusterResult(
                scenario,
                scenario.title(),
                (System.nanoTime() - begin) / NANOS_A_MILLI / 1_000,
                recoveries.size(),
                bank.confirmed(),
                callers.failures().size(),
                bank.unknown(),
                callers.reads(),
                recoveries,
                checks);
    }

    private JdbcCluster open() {
        return JdbcCluster.builder()
                .name("chaos")
                .pools(pool -> pool.username(servers.user())
                        .password(servers.password())
                        .maxSize(poolSize))
                .member(member -> member.url(servers.url(0)))
                .member(member -> member.url(servers.url(1)))
                .maxLag(Duration.ofSeconds(1))
                .build();
    }

    /** Returns the milliseconds until callers were served again; null if they were not. */
    private Double round(
            ClusterScenario scenario,
            JdbcCluster cluster,
            ClusterCallers callers,
            Duration time,
            List<ChaosCheck> checks)
            throws SQLException {
        int standby = servers.standby();
        require(has(cluster, standby, Status.STANDBY) && callers.awaitCommits(WARM_UP), "no load before a fault");
        callers.beginRound();
        return scenario.isFailover()
                ? failover(scenario, cluster, callers, time)
                : lag(cluster, callers, time, standby, checks);
    }

    private Double failover(ClusterScenario scenario, JdbcCluster cluster, ClusterCallers callers, Duration time)
            throws SQLException {
        int former = servers.primary();
        int next = servers.standby();
        servers.takeAway(former, scenario);
        if (scenario != ClusterScenario.PLANNED_SWITCH) hold(time);
        long promoted = System.nanoTime();
        CompletableFuture<Long> accepted = CompletableFuture.supplyAsync(() -> firstInsert(next));
        servers.promote(next);
        Long first = callers.firstCommit(promoted);
        if (servers.giveBack(former, scenario)) {
            // It accepts writes, and must get none.
            require(has(cluster, former, Status.REFUSED), "the former primary was not noticed: " + cluster);
            callers.awaitCommits(WARM_UP);
        }
        servers.restore();
        return first == null ? null : Math.max(0, first - accepted.join()) / NANOS_A_MILLI;
    }

    /** Inserts past the cluster until that works, and returns when it did. */
    private long firstInsert(int member) {
        try (Connection connection = servers.connect(member);
                Statement insert = connection.createStatement()) {
            while (true) {
                try {
                    insert.execute("insert into probes values (0)");
                    return System.nanoTime();
                } catch (SQLException e) {
                    ClusterCallers.pause();
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Double lag(
            JdbcCluster cluster, ClusterCallers callers, Duration time, int standby, List<ChaosCheck> checks) {
        servers.takeAway(standby, ClusterScenario.STANDBY_LAGS);
        require(has(cluster, standby, Status.LAGGING), "the lag was not noticed: " + cluster);
        long out = System.nanoTime();
        hold(time);
        long in = System.nanoTime();
        servers.giveBack(standby, ClusterScenario.STANDBY_LAGS);
        boolean back = ClusterCallers.await(() -> callers.readsOnStandby(in, Long.MAX_VALUE) > 0);
        long late = callers.readsOnStandby(out, in);
        checks.add(new ChaosCheck("a standby that lags serves no reads", late == 0, late + " reads"));
        return back ? (System.nanoTime() - in) / NANOS_A_MILLI : null;
    }

    private boolean has(JdbcCluster cluster, int member, Status status) {
        return ClusterCallers.await(() -> cluster.getMembers().stream()
                .anyMatch(it -> it.getName().equals(servers.name(member)) && it.getStatus() == status));
    }

    private static void hold(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static void require(boolean condition, String problem) {
        if (!condition) throw new IllegalStateException("chaos with a cluster: " + problem);
    }

    private static ChaosCheck callersEnded(ClusterCallers callers) {
        long stuck = callers.stop();
        return new ChaosCheck("every caller ended", stuck == 0, stuck + " of " + callers.size() + " are stuck");
    }

    private static ChaosCheck nothingLeft(JdbcCluster cluster) {
        List<PoolStats> pools = cluster.snapshot();
        boolean none = pools.stream().allMatch(pool -> pool.getLeased() == 0 && pool.getPending() == 0);
        return new ChaosCheck("nothing is leased or pending after the end", none, pools.toString());
    }

    private List<ChaosCheck> judge(ClusterScenario scenario, ClusterCallers callers, List<Double> recoveries) {
        double most = scenario.isFailover() ? MOST_MILLIS : MOST_MILLIS_OF_READS;
        Double median = ClusterResult.medianOf(recoveries);
        int allowed = scenario.isFailover() ? Math.min(poolSize, writers) * recoveries.size() : 0;
        return List.of(
                new ChaosCheck(
                        "callers are served within %.0f ms at the median".formatted(most),
                        median != null && median <= most,
                        recoveries.toString()),
                new ChaosCheck(
                        "only calls whose connection was leased fail",
                        callers.failures().size() <= allowed,
                        describe(callers.failures()) + ", " + allowed + " allowed"),
                new ChaosCheck("no read fails", callers.failedReads().isEmpty(), describe(callers.failedReads())),
                new ChaosCheck(
                        "each read sees all the money", callers.wrongSums() == 0, callers.wrongSums() + " do not"));
    }

    private static String describe(Collection<Exception> failures) {
        if (failures.isEmpty()) return "none";
        return failures.size() + ": "
                + failures.stream().limit(3).map(Exception::toString).toList();
    }

    @Override
    public void close() {
        servers.close();
    }
}
