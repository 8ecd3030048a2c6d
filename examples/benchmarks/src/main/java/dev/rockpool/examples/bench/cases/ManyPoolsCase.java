package dev.rockpool.examples.bench.cases;

import dev.rockpool.Budget;
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
import dev.rockpool.examples.bench.driver.IdleDriver;
import dev.rockpool.examples.bench.peer.JdbcPeer;
import dev.rockpool.examples.bench.peer.OpenPool;
import dev.rockpool.examples.bench.peer.Room;
import dev.rockpool.examples.bench.peer.Target;
import dev.rockpool.jdbc.RockpoolDataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A pool for each of many tenants, of which few are busy at a time. */
public final class ManyPoolsCase extends ProcessCase {
    private static final int POOLS_QUICK = 200;
    private static final int POOLS = 1_000;
    private static final int PERMITS = 50;
    private static final int CONNECT_MILLIS = 1;
    private static final Room ROOM = new Room(0, 5);
    private static final Target TARGET = Target.nothing(CONNECT_MILLIS, 0);
    private static final Metric HUNGRY = Metric.less("hungry", "µs until a pool without a connection lends one");
    private static final Metric OPEN = Metric.less("open", "connections open at once");
    private static final Metric MEMORY = Metric.less("memory", "KB of heap for each idle pool");
    private static final Metric THREADS = Metric.less("threads", "threads of all pools");
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double BYTES_PER_KB = 1_000;
    private static final int SECONDS_PER_THOUSAND = 8;
    private static final double POOL_KB = 8;

    public ManyPoolsCase() {
        super(
                new About(
                        "many-pools",
                        "Many pools",
                        POOLS + " pools of up to 5 connections, used one after the other; a connect takes "
                                + CONNECT_MILLIS + " ms. Rockpool's pools share a budget of " + PERMITS
                                + " connections",
                        "A map of HikariCP pools has no common limit, so every tenant keeps a connection of its own. With the budget, the pool that "
                                + "has been idle for longest closes its connection for the next tenant: its close is part of the wait."));
    }

    @Override
    public List<Metric> metrics() {
        return List.of(HUNGRY, OPEN, MEMORY, THREADS);
    }

    @Override
    public List<Candidate> candidates() {
        return List.of(
                JdbcCandidates.of(JdbcPeer.ROCKPOOL, ROOM, TARGET), JdbcCandidates.of(JdbcPeer.HIKARICP, ROOM, TARGET));
    }

    @Override
    public List<Goal> goals() {
        return List.of(Goal.atMost(OPEN, PERMITS), Goal.atMost(MEMORY, POOL_KB));
    }

    @Override
    public boolean isQuick() {
        return false;
    }

    @Override
    public double seconds(Effort effort) {
        return effort.seconds(0) + SECONDS_PER_THOUSAND * pools(effort) / (double) POOLS;
    }

    @Override
    public Samples measure(ForkInput input, ServerLink server) throws Exception {
        JdbcPeer peer = Idle.peer(input.getCandidate());
        Samples samples = new Samples();
        int threadsBefore = Thread.activeCount();
        double bytesBefore = ProcessUsage.heapBytes();
        List<OpenPool> pools = new ArrayList<>();
        try {
            Budget budget = new Budget(PERMITS);
            for (int i = 0; i < pools(input.effort()); i++) pools.add(open(peer, i, budget));
            for (OpenPool pool : pools) samples.add(HUNGRY.key(), microsToBorrow(pool));
            samples.add(OPEN.key(), IdleDriver.open());
            samples.add(THREADS.key(), Thread.activeCount() - threadsBefore);
            samples.add(MEMORY.key(), (ProcessUsage.heapBytes() - bytesBefore) / pools.size() / BYTES_PER_KB);
        } finally {
            pools.forEach(OpenPool::close);
        }
        return samples;
    }

    private static OpenPool open(JdbcPeer peer, int number, Budget budget) throws Exception {
        if (peer != JdbcPeer.ROCKPOOL) return peer.open(TARGET, ROOM);
        RockpoolDataSource dataSource = RockpoolDataSource.builder()
                .name("tenant " + number)
                .url(TARGET.url())
                .driverClassName(TARGET.driver())
                .username(TARGET.user())
                .password(TARGET.password())
                .maxSize(ROOM.max())
                .minIdle(ROOM.min())
                .budget(budget.share())
                .build();
        return new OpenPool(dataSource, () -> dataSource.close(Duration.ZERO));
    }

    private static double microsToBorrow(OpenPool pool) throws SQLException, InterruptedException {
        TimeUnit.MILLISECONDS.sleep(1);
        long start = System.nanoTime();
        pool.dataSource().getConnection().close();
        return (System.nanoTime() - start) / NANOS_PER_MICRO;
    }

    private static int pools(Effort effort) {
        return effort.quick() ? POOLS_QUICK : POOLS;
    }
}
