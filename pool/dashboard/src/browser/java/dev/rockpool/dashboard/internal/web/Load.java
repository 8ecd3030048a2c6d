package dev.rockpool.dashboard.internal.web;

import dev.rockpool.Caller;
import dev.rockpool.Priority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Callers that make a picture: short leases, a long report, and now and then more callers than connections. */
final class Load implements AutoCloseable {
    private final Site site;
    private final List<Thread> threads = new ArrayList<>();
    private final long began = System.nanoTime();
    private volatile boolean ended;

    Load(Site site) {
        this.site = site;
        for (int i = 0; i < 6; i++) caller("checkout", 12, 25);
        for (int i = 0; i < 4; i++) caller("search", 30, 60);
        caller("monthly report", 4000, 500);
        for (int i = 0; i < 8; i++) burst();
    }

    private void caller(String name, int holds, int rests) {
        start(name, () -> {
            hold(holds);
            pause(rests);
        });
    }

    /** Comes for two seconds of every seven. */
    private void burst() {
        start("import", () -> {
            long second = (System.nanoTime() - began) / 1_000_000_000L;
            if (second % 7 < 5) pause(50);
            else hold(150);
        });
    }

    private void hold(int millis) {
        try {
            site.pool.useConnection(Duration.ofMillis(700), Priority.NORMAL, connection -> pause(millis));
        } catch (RuntimeException | InterruptedException e) {
            pause(10);
        }
    }

    private void pause(int millis) {
        long end = System.nanoTime() + millis * 1_000_000L;
        while (!ended && System.nanoTime() < end) LockSupport.parkNanos(2_000_000);
    }

    private void start(String name, Runnable body) {
        Thread thread = new Thread(
                () -> {
                    try {
                        Caller.named(name, () -> {
                            while (!ended) body.run();
                            return null;
                        });
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                },
                "http-nio-8080-exec-" + (threads.size() + 1));
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    @Override
    public void close() {
        ended = true;
        for (Thread thread : threads) {
            try {
                thread.join(5000);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
