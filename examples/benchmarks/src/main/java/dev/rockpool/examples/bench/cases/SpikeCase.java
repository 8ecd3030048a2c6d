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
import dev.rockpool.examples.bench.driver.IdleDriver;
import dev.rockpool.examples.bench.peer.JdbcPeer;
import dev.rockpool.examples.bench.peer.OpenPool;
import dev.rockpool.examples.bench.peer.Room;
import dev.rockpool.examples.bench.peer.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Many requests at once, for a pool that could grow but need not: opening a connection takes much longer than waiting
 * for one.
 */
public final class SpikeCase extends ProcessCase {
    private static final Room ROOM = new Room(5, 50);
    private static final int REQUESTS = 50;
    private static final int CONNECT_MILLIS = 150;
    private static final Target TARGET = Target.nothing(CONNECT_MILLIS, 2);
    private static final Metric CONNECTIONS = Metric.less("connections", "connections open afterwards");
    private static final Metric MILLIS = Metric.less("millis", "ms until all are done");
    private static final double ROUND_SECONDS = 1.2;

    public SpikeCase() {
        super(new About(
                "spike",
                "Spike",
                "50 requests at once on a pool of 5 to 50 connections, 150 ms to open one, 2 ms for a query",
                "Whether growing pays off depends on the length of the spike and the cost of a connection. With 2 s of queries, or 5 ms to "
                        + "connect, growing further is right."));
    }

    @Override
    public List<Metric> metrics() {
        return List.of(CONNECTIONS, MILLIS);
    }

    @Override
    public List<Candidate> candidates() {
        return JdbcCandidates.all(ROOM, TARGET);
    }

    @Override
    public List<Goal> goals() {
        return List.of(Goal.atMost(CONNECTIONS, 6), Goal.over("hikaricp", MILLIS, 1));
    }

    @Override
    public double seconds(Effort effort) {
        return effort.seconds(0) + (effort.rounds() + 1) * ROUND_SECONDS;
    }

    @Override
    public Samples measure(ForkInput input, ServerLink server) throws Exception {
        JdbcPeer peer = Idle.peer(input.getCandidate());
        // The first spike only loads classes.
        spike(peer, new Samples());
        Samples samples = new Samples();
        for (int round = 0; round < input.effort().rounds(); round++) {
            Idle.awaitClosed(0);
            spike(peer, samples);
        }
        return samples;
    }

    private static void spike(JdbcPeer peer, Samples samples) throws Exception {
        int openBefore = IdleDriver.open();
        ExecutorService requests = Executors.newFixedThreadPool(REQUESTS);
        try (OpenPool pool = Idle.filled(peer, TARGET, ROOM)) {
            samples.add(MILLIS.key(), millis(pool, requests));
            // Connects started during the spike may still be running.
            Thread.sleep(2 * CONNECT_MILLIS);
            samples.add(CONNECTIONS.key(), IdleDriver.open() - openBefore);
        } finally {
            requests.shutdownNow();
        }
    }

    private static double millis(OpenPool pool, ExecutorService requests)
            throws InterruptedException, ExecutionException {
        CountDownLatch ready = new CountDownLatch(REQUESTS);
        CountDownLatch go = new CountDownLatch(1);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            running.add(requests.submit(() -> {
                ready.countDown();
                go.await();
                try (var connection = pool.dataSource().getConnection()) {
                    Hold.query(connection);
                }
                return null;
            }));
        }
        ready.await();
        long start = System.nanoTime();
        go.countDown();
        for (Future<?> request : running) request.get();
        return (System.nanoTime() - start) / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }
}
