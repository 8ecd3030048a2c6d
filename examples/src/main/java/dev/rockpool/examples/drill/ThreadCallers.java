package dev.rockpool.examples.drill;

import dev.rockpool.Caller;
import dev.rockpool.jdbc.RockpoolDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Threads, platform or virtual, that use the pool as a {@code DataSource}. */
final class ThreadCallers implements Callers {
    private final RockpoolDataSource pool;
    private final Workload workload;
    private final Meter meter;
    private final List<Thread> threads;
    private final CountDownLatch stopped = new CountDownLatch(1);

    ThreadCallers(Settings settings, RockpoolDataSource pool, Workload workload, Meter meter, ThreadFactory factory) {
        this.pool = pool;
        this.workload = workload;
        this.meter = meter;
        this.threads = IntStream.range(0, settings.callers())
                .mapToObj(number ->
                        factory.newThread(() -> callNamed(settings.workload().toString(), number)))
                .toList();
    }

    @Override
    public void start() {
        threads.forEach(Thread::start);
    }

    @Override
    public Occupancy occupancy() {
        return Occupancy.of(pool.snapshot());
    }

    @Override
    public int stop(Duration patience) {
        stopped.countDown();
        long deadline = System.nanoTime() + patience.toNanos();
        int stuck = 0;
        for (Thread thread : threads) {
            if (!ended(thread, deadline)) stuck++;
        }
        return stuck;
    }

    @Override
    public void close(Duration grace) {
        pool.close(grace);
    }

    /** Named, so that a diagnosis says who waits. */
    private void callNamed(String name, int number) {
        try {
            Caller.named(name, () -> {
                call(number);
                return null;
            });
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void call(int number) {
        RandomGenerator random = ThreadLocalRandom.current();
        while (stopped.getCount() > 0) {
            long asked = System.nanoTime();
            long leased = 0;
            try {
                try (Connection connection = pool.getConnection()) {
                    leased = System.nanoTime();
                    operate(connection, random);
                }
                meter.done(number, asked, leased, System.nanoTime());
            } catch (SQLException | RuntimeException e) {
                if (Errors.isAcquireTimeout(e)) meter.timedOut(number, asked, System.nanoTime());
                else meter.failed(e);
                if (leased == 0) pauseAfterRefusal();
            }
        }
    }

    private void operate(Connection connection, RandomGenerator random) throws SQLException {
        if (!workload.isTransactional()) {
            workload.run(connection, random);
            return;
        }
        connection.setAutoCommit(false);
        try {
            workload.run(connection, random);
            connection.commit();
        } catch (SQLException | RuntimeException e) {
            rollBack(connection, e);
            throw e;
        }
    }

    private static void rollBack(Connection connection, Exception failure) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }

    private void pauseAfterRefusal() {
        try {
            stopped.await(AFTER_REFUSAL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean ended(Thread thread, long deadline) {
        try {
            thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }
}
