package dev.rockpool.examples.bench.cases;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/** One restart of a server while threads call it, and when each of them was served again. */
final class Outage {
    private static final long BEFORE_MILLIS = 300;
    private static final long LONGEST_MILLIS = 15_000;
    private static final long BETWEEN_PROBES_MILLIS = 2;

    private final List<Victim> victims = new ArrayList<>();
    private long lastRefused;
    private long accepted;

    private Outage() {}

    /** @param restart returns when the server has been restarted */
    static Outage watch(DataSource pool, int threads, Callable<Connection> beside, Runnable restart)
            throws InterruptedException {
        Outage outage = new Outage();
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Victim victim = new Victim(pool);
            outage.victims.add(victim);
            running.add(new Thread(victim, "victim " + i));
        }
        running.forEach(Thread::start);
        Thread.sleep(BEFORE_MILLIS);
        Thread prober = new Thread(() -> outage.probe(beside), "prober");
        prober.start();
        restart.run();
        prober.join();
        outage.awaitAll();
        outage.victims.forEach(Victim::stop);
        for (Thread thread : running) thread.join(LONGEST_MILLIS);
        return outage;
    }

    /** Connects until that fails, then until it works again. */
    private void probe(Callable<Connection> beside) {
        while (accepted == 0) {
            long start = System.nanoTime();
            try (Connection connection = beside.call()) {
                Objects.requireNonNull(connection);
                if (lastRefused != 0) accepted = System.nanoTime();
            } catch (Exception e) {
                lastRefused = start;
            }
            pause(BETWEEN_PROBES_MILLIS);
        }
    }

    private void awaitAll() {
        long deadline = accepted + TimeUnit.MILLISECONDS.toNanos(LONGEST_MILLIS);
        while (System.nanoTime() < deadline
                && victims.stream().anyMatch(victim -> victim.firstAfter(lastRefused) == null)) {
            pause(1);
        }
    }

    double firstMillis() {
        return millis(victims.stream()
                .map(victim -> victim.firstAfter(lastRefused))
                .filter(Objects::nonNull)
                .min(Long::compare)
                .orElse(null));
    }

    double allMillis() {
        List<Long> firsts =
                victims.stream().map(victim -> victim.firstAfter(lastRefused)).toList();
        return millis(
                firsts.contains(null)
                        ? null
                        : firsts.stream().max(Long::compare).orElse(null));
    }

    double errors() {
        return victims.stream().mapToInt(Victim::errors).sum();
    }

    private double millis(Long served) {
        if (served == null) return LONGEST_MILLIS;
        return Math.max(0, served - accepted) / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A thread that keeps calling, whatever happens. */
    private static final class Victim implements Runnable {
        private static final long AFTER_ERROR_MILLIS = 5;
        private static final int KEPT = 1 << 20;

        private final DataSource pool;
        private final List<Long> successes = new ArrayList<>();
        private volatile boolean over;
        private volatile int errors;

        Victim(DataSource pool) {
            this.pool = pool;
        }

        @Override
        public void run() {
            while (!over) call();
        }

        private void call() {
            try (Connection connection = pool.getConnection()) {
                Hold.selectOne(connection);
                succeeded(System.nanoTime());
            } catch (SQLException | RuntimeException e) {
                errors = errors + 1;
                pause(AFTER_ERROR_MILLIS);
            }
        }

        private synchronized void succeeded(long when) {
            if (successes.size() < KEPT) successes.add(when);
        }

        /** Null if there was none. */
        synchronized Long firstAfter(long when) {
            return successes.stream()
                    .filter(success -> success > when)
                    .findFirst()
                    .orElse(null);
        }

        void stop() {
            over = true;
        }

        int errors() {
            return errors;
        }
    }
}
