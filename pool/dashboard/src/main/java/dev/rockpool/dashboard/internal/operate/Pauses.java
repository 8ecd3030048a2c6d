package dev.rockpool.dashboard.internal.operate;

import dev.rockpool.PoolEvent;
import dev.rockpool.PoolListener;
import dev.rockpool.dashboard.internal.pools.WatchedPool;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The pauses that operators began. Each ends after its time, or when the dashboard is closed, so no pool stays paused
 * after a browser was closed. A pause that was ended elsewhere is forgotten. Thread-safe.
 */
final class Pauses implements AutoCloseable {
    private final ScheduledExecutorService timer;
    private final Map<WatchedPool, Pause> running = new HashMap<>();
    private long count;

    Pauses(ScheduledExecutorService timer) {
        this.timer = timer;
    }

    synchronized void begin(WatchedPool pool, String who, long seconds) {
        if (pool.control().isPaused()) throw new Refused("the pool is already paused: resume it first");
        Pause pause = new Pause(pool, who + " #" + ++count, System.currentTimeMillis() + seconds * 1000);
        Pause before = running.put(pool, pause);
        if (before != null) before.forget();
        pause.listening = pool.control().addListener(pause);
        Signed.run(pause.mark, pool.control()::pause);
        pause.end = timer.schedule(
                () -> end(pool, pause, "the dashboard, as the pause was over"), seconds, TimeUnit.SECONDS);
    }

    /** When the pause of this pool ends, in milliseconds since 1970; null if operators did not pause it. */
    synchronized Long until(WatchedPool pool) {
        Pause pause = running.get(pool);
        return pause == null || !pool.control().isPaused() ? null : pause.until;
    }

    void resume(WatchedPool pool, String who) {
        Pause pause;
        synchronized (this) {
            pause = running.remove(pool);
        }
        if (pause != null) pause.forget();
        Signed.run(who, pool.control()::resume);
    }

    private void end(WatchedPool pool, Pause pause, String who) {
        synchronized (this) {
            if (!running.remove(pool, pause)) return;
        }
        pause.forget();
        Signed.run(who, pool.control()::resume);
    }

    @Override
    public void close() {
        List<Map.Entry<WatchedPool, Pause>> left;
        synchronized (this) {
            left = new ArrayList<>(Map.copyOf(running).entrySet());
        }
        for (var entry : left) end(entry.getKey(), entry.getValue(), "the dashboard, as it was closed");
    }

    private final class Pause implements PoolListener {
        private final WatchedPool pool;
        private final String mark;
        private final long until;
        private boolean begun;
        private Registration listening;
        private Future<?> end;

        Pause(WatchedPool pool, String mark, long until) {
            this.pool = pool;
            this.mark = mark;
            this.until = until;
        }

        /** Events come in order, so a resume after this pause began has ended it. */
        @Override
        public void on(PoolEvent event) {
            synchronized (Pauses.this) {
                if (event instanceof PoolEvent.Paused paused && paused.getBy().contains(mark)) begun = true;
                else if (event instanceof PoolEvent.Resumed && begun && running.remove(pool, this)) forget();
            }
        }

        private void forget() {
            if (listening != null) listening.close();
            if (end != null) end.cancel(false);
        }
    }
}
