package dev.rockpool.jdbc;

import dev.rockpool.Budget;
import dev.rockpool.InvalidConfigException;
import dev.rockpool.internal.base.PoolLogKt;
import dev.rockpool.jdbc.internal.files.FileWatch;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The running pools of a {@link PoolsFile}. When the content of the file changes, the change is applied to all pools or
 * to none:
 *
 * <ul>
 *   <li>changed settings apply while the pool runs, as with {@link JdbcPool#reconfigure}; with another URL or login, idle
 *       connections are replaced now and leased ones when they are returned
 *   <li>a new pool is created
 *   <li>a pool that is gone is closed, and its leased connections have a minute to be returned
 *   <li>a pool without changes does not notice
 * </ul>
 *
 * <p>A file that cannot be used changes nothing. Its problems are logged once. Thread-safe. Close it when it is no
 * longer needed; that closes all its pools.
 */
public final class RunningPools implements AutoCloseable {
    private static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);

    private final ReentrantLock changing = new ReentrantLock();
    private final PoolGroup pools;
    private final FileWatch watch;
    private final ScheduledFuture<?> checks;
    private volatile PoolsFile file;
    private boolean closed;

    /** @param interval how often to look at the file; null for never */
    RunningPools(PoolsFile file, Duration interval) {
        this.file = file;
        this.pools = PoolGroup.start(file);
        this.watch = new FileWatch(file.content());
        this.checks = interval == null ? null : schedule(interval);
    }

    private ScheduledFuture<?> schedule(Duration interval) {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "rockpool-file");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        timer.setContinueExistingPeriodicTasksAfterShutdownPolicy(true);
        ScheduledFuture<?> checks =
                timer.scheduleWithFixedDelay(this::check, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
        timer.shutdown(); // its thread ends when the checks are cancelled
        return checks;
    }

    /** The names of the pools, in the order of the file. */
    public Set<String> names() {
        return Collections.unmodifiableSet(pools.all().keySet());
    }

    /**
     * The data source of a pool. It stays the same when the file changes.
     *
     * @throws IllegalArgumentException if there is no such pool
     */
    public RockpoolDataSource dataSource(String name) {
        return jdbcPool(name).getDataSource();
    }

    /**
     * The same pool for coroutines.
     *
     * @throws IllegalArgumentException if there is no such pool
     */
    public JdbcPool jdbcPool(String name) {
        JdbcPool pool = pools.all().get(name);
        if (pool != null) return pool;
        throw new IllegalArgumentException("'" + name + "' is no pool of " + file.file() + "; there are " + names());
    }

    /** The budget of all pools; null if the file has none. */
    public Budget budget() {
        return pools.budget();
    }

    /**
     * Reads the file now, and applies what has changed. References are resolved again, too.
     *
     * @throws InvalidPoolsFileException if the file cannot be used; then nothing has changed
     * @throws IOException if the file cannot be read
     * @throws dev.rockpool.PoolException if a new pool cannot start ({@link JdbcBuilder#startup}); then nothing has
     *     changed
     * @throws IllegalStateException if the pools are closed
     */
    public void reload() throws IOException {
        changing.lock();
        try {
            if (closed) throw new IllegalStateException("the pools of " + file.file() + " are closed");
            PoolsFile next = readCompletely();
            pools.change(next);
            file = next;
            watch.applied(next.content());
        } finally {
            changing.unlock();
        }
    }

    /** A file that is being written may be read again until its content stays the same. */
    private PoolsFile readCompletely() throws IOException {
        byte[] refused = null;
        while (true) {
            byte[] content = Files.readAllBytes(file.file());
            try {
                return file.again(content);
            } catch (InvalidPoolsFileException e) {
                if (refused != null && Arrays.equals(refused, content)) throw e;
                refused = content;
            }
        }
    }

    /** Looks at the file once. Never throws. */
    void check() {
        changing.lock();
        try {
            if (!closed) checkContent(Files.readAllBytes(file.file()));
        } catch (IOException e) {
            if (watch.unreadable()) warn("cannot be read, so the pools stay as they are: " + e);
        } catch (RuntimeException | Error e) { // else no check would follow
            PoolLogKt.logError(e, () -> "the check of " + file.file() + " failed");
        } finally {
            changing.unlock();
        }
    }

    private void checkContent(byte[] content) {
        if (!watch.isNew(content)) return;
        try {
            PoolsFile next = file.again(content);
            pools.change(next);
            file = next;
            watch.applied(content);
            PoolLogKt.logInfo(() -> "the pools of " + file.file() + " have their new settings: " + names());
        } catch (InvalidConfigException e) {
            if (watch.refused(content)) warn("cannot be used, so the pools stay as they are: " + e.getMessage());
        } catch (RuntimeException e) { // a new pool does not start
            if (watch.refused(content)) warn("cannot be applied, so the pools stay as they are: " + e.getMessage());
        }
    }

    private void warn(String what) {
        PoolLogKt.logWarn(null, () -> "the file " + file.file() + " " + what);
    }

    /** Closes all pools; leased connections have ten seconds to be returned. */
    @Override
    public void close() {
        close(DEFAULT_GRACE);
    }

    /** Closes all pools at the same time, as {@link RockpoolDataSource#close(Duration)} does. */
    public void close(Duration grace) {
        changing.lock();
        try {
            closed = true;
            if (checks != null) checks.cancel(false);
        } finally {
            changing.unlock();
        }
        pools.close(grace);
    }

    @Override
    public String toString() {
        List<String> all = new ArrayList<>();
        pools.all().values().forEach(pool -> all.add(pool.toString()));
        return all.toString();
    }
}
