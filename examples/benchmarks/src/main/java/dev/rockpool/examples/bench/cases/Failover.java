package dev.rockpool.examples.bench.cases;

import dev.rockpool.testing.EmbeddedCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import javax.sql.DataSource;

/** One failover while threads write, and when the first of them has committed on the new primary. */
final class Failover {
    private static final long BEFORE_MILLIS = 500;
    private static final long UNTIL_PROMOTION_MILLIS = 500;
    private static final long LONGEST_MILLIS = 15_000;
    private static final long BETWEEN_PROBES_MILLIS = 2;
    private static final long AFTER_ERROR_MILLIS = 5;
    private static final AtomicInteger IDS = new AtomicInteger();

    private record Commit(int id, long when) {}

    private final DataSource pool;
    private final List<Commit> commits = new ArrayList<>();
    private final AtomicInteger errors = new AtomicInteger();
    private volatile boolean over;
    private volatile long accepted;
    private long goneSince;
    private int stale;

    private Failover(DataSource pool) {
        this.pool = pool;
    }

    /** Creates the table that is written to. */
    static void prepare(EmbeddedCluster servers) throws SQLException {
        try (Connection connection = servers.connect(servers.primary());
                Statement statement = connection.createStatement()) {
            statement.execute("create table written (id int)");
            statement.execute("grant all on written to " + servers.user());
        }
        servers.catchUp();
    }

    /** @param takeAway takes a member away */
    static Failover watch(DataSource pool, int threads, EmbeddedCluster servers, IntConsumer takeAway)
            throws Exception {
        Failover failover = new Failover(pool);
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) running.add(new Thread(failover::write, "writer " + i));
        running.forEach(Thread::start);
        int former = servers.primary();
        try {
            Thread.sleep(BEFORE_MILLIS);
            takeAway.accept(former);
            failover.goneSince = System.nanoTime();
            Thread.sleep(UNTIL_PROMOTION_MILLIS);
            Thread prober = new Thread(() -> failover.probe(servers, 1 - former), "prober");
            prober.start();
            servers.promote(1 - former);
            prober.join();
            failover.awaitCommit();
            servers.thaw(former);
            Thread.sleep(BEFORE_MILLIS); // a former primary that is awake again must get no write
            servers.startAsStandby(former);
            Thread.sleep(BEFORE_MILLIS);
        } finally {
            failover.over = true;
        }
        for (Thread thread : running) thread.join(LONGEST_MILLIS);
        failover.count(servers);
        return failover;
    }

    private void write() {
        while (!over) {
            int id = IDS.incrementAndGet();
            try (Connection connection = pool.getConnection();
                    PreparedStatement insert = connection.prepareStatement("insert into written values (?)")) {
                insert.setInt(1, id);
                insert.executeUpdate();
                committed(new Commit(id, System.nanoTime()));
            } catch (SQLException | RuntimeException e) {
                errors.incrementAndGet();
                pause(AFTER_ERROR_MILLIS);
            }
        }
    }

    private synchronized void committed(Commit commit) {
        commits.add(commit);
    }

    /** Inserts beside the pool until that works. */
    private void probe(EmbeddedCluster servers, int member) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LONGEST_MILLIS);
        try (Connection connection = servers.connect(member);
                Statement insert = connection.createStatement()) {
            while (accepted == 0 && System.nanoTime() < end) {
                try {
                    insert.execute("insert into written values (0)");
                    accepted = System.nanoTime();
                } catch (SQLException e) {
                    pause(BETWEEN_PROBES_MILLIS);
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitCommit() {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LONGEST_MILLIS);
        while (first() == 0 && System.nanoTime() < end) pause(1);
    }

    /** When the first commit after the loss was confirmed; 0 if there is none. */
    private synchronized long first() {
        return commits.stream()
                .mapToLong(Commit::when)
                .filter(when -> when > goneSince)
                .min()
                .orElse(0);
    }

    private void count(EmbeddedCluster servers) throws SQLException {
        Set<Integer> there = new HashSet<>();
        try (Connection connection = servers.connect(servers.primary());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select id from written")) {
            while (rows.next()) there.add(rows.getInt(1));
        }
        synchronized (this) {
            stale = (int) commits.stream()
                    .filter(commit -> commit.when() > accepted && !there.contains(commit.id()))
                    .count();
        }
    }

    double firstMillis() {
        long first = first();
        return first == 0 ? LONGEST_MILLIS : Math.max(0, first - accepted) / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }

    double errors() {
        return errors.get();
    }

    double stale() {
        return stale;
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
