package dev.rockpool.examples.chaos;

import dev.rockpool.examples.chaos.ClusterBank.Outcome;
import dev.rockpool.examples.chaos.ClusterBank.Transfer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;

/** Threads that move money, and threads that count it in read-only transactions, until they are stopped. */
final class ClusterCallers {
    /** When a read began, and whether a standby served it. */
    record Read(long began, boolean onStandby) {}

    private static final int READERS = 2;
    private static final long PAUSE_MILLIS = 2;

    private final DataSource source;
    private final ClusterBank bank;
    private final List<Thread> threads = new ArrayList<>();
    private final Queue<Long> commits = new ConcurrentLinkedQueue<>();
    private final Queue<Read> reads = new ConcurrentLinkedQueue<>();
    private final AtomicInteger readCount = new AtomicInteger();
    private final AtomicInteger wrongSums = new AtomicInteger();
    private final Queue<Exception> failures = new ConcurrentLinkedQueue<>();
    private final Queue<Exception> failedReads = new ConcurrentLinkedQueue<>();
    private volatile boolean over;

    ClusterCallers(DataSource source, ClusterBank bank, int writers, long seed) {
        this.source = source;
        this.bank = bank;
        for (int i = 0; i < writers; i++) {
            Random random = new Random(seed + i);
            threads.add(new Thread(() -> moveMoney(random), "writer " + i));
        }
        for (int i = 0; i < READERS; i++) threads.add(new Thread(this::countMoney, "reader " + i));
    }

    void start() {
        for (Thread thread : threads) {
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void moveMoney(Random random) {
        while (!over) {
            Transfer transfer = bank.draw(random);
            Outcome outcome = Outcome.FAILED;
            try (Connection connection = source.getConnection()) {
                connection.setAutoCommit(false);
                ClusterBank.move(connection, transfer);
                outcome = Outcome.UNKNOWN;
                connection.commit();
                outcome = Outcome.CONFIRMED;
                commits.add(System.nanoTime());
            } catch (SQLException | RuntimeException e) {
                failures.add(e);
                pause();
            }
            bank.ended(transfer, outcome);
        }
    }

    private void countMoney() {
        while (!over) {
            long began = System.nanoTime();
            try (Connection connection = source.getConnection()) {
                connection.setReadOnly(true);
                try (Statement statement = connection.createStatement();
                        ResultSet row =
                                statement.executeQuery("select sum(balance), pg_is_in_recovery() from accounts")) {
                    row.next();
                    if (!ClusterBank.isAll(row.getLong(1))) wrongSums.incrementAndGet();
                    readCount.incrementAndGet();
                    reads.add(new Read(began, row.getBoolean(2)));
                }
            } catch (SQLException | RuntimeException e) {
                failedReads.add(e);
            }
            pause();
        }
    }

    /** Forgets what was seen so far, but no count and no failure. */
    void beginRound() {
        commits.clear();
        reads.clear();
    }

    /** When the first transfer was confirmed, at or after this time; null if none was within 15 s. */
    Long firstCommit(long from) {
        await(() -> commits.stream().anyMatch(when -> when >= from));
        return commits.stream().filter(when -> when >= from).min(Long::compare).orElse(null);
    }

    /** Waits for so many more transfers, for at most 15 s. */
    boolean awaitCommits(int more) {
        int goal = bank.confirmed() + more;
        return await(() -> bank.confirmed() >= goal);
    }

    /** Reads that a standby served and that began between two times, by {@link System#nanoTime}. */
    long readsOnStandby(long from, long until) {
        return reads.stream()
                .filter(read -> read.onStandby() && read.began() >= from && read.began() < until)
                .count();
    }

    int reads() {
        return readCount.get();
    }

    int wrongSums() {
        return wrongSums.get();
    }

    Queue<Exception> failures() {
        return failures;
    }

    Queue<Exception> failedReads() {
        return failedReads;
    }

    /** Returns how many do not end within 15 s. */
    long stop() {
        over = true;
        await(() -> threads.stream().noneMatch(Thread::isAlive));
        return threads.stream().filter(Thread::isAlive).count();
    }

    int size() {
        return threads.size();
    }

    static boolean await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) return false;
            pause();
        }
        return true;
    }

    static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
