package dev.rockpool.examples.drill;

import dev.rockpool.dashboard.Dashboard;
import dev.rockpool.examples.PoolPage;
import dev.rockpool.examples.VirtualThreads;
import dev.rockpool.jdbc.JdbcBuilder;
import dev.rockpool.jdbc.JdbcConfig;
import dev.rockpool.jdbc.JdbcPool;
import dev.rockpool.jdbc.RunningPools;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Opens the pool under test, with callers of the requested kind. */
final class DrillPool {
    static final String NAME = "drill";

    /** How often to look at the configuration file: often, because drills are short. */
    private static final Duration INTERVAL = Duration.ofMillis(200);

    private DrillPool() {}

    /** @param say tells the user where the pool is shown, if it is */
    static Callers open(Settings settings, PoolAddress address, Workload workload, Meter meter, Consumer<String> say) {
        if (settings.config() == null)
            return shown(settings, new JdbcPool(config(settings, address)), workload, meter, say);
        RunningPools pools = DrillFile.load(settings.config(), address).open(INTERVAL);
        return new ConfiguredCallers(shown(settings, pools.jdbcPool(NAME), workload, meter, say), pools);
    }

    private static Callers shown(
            Settings settings, JdbcPool pool, Workload workload, Meter meter, Consumer<String> say) {
        Callers callers = callers(settings, pool, workload, meter);
        if (!settings.dashboard()) return callers;
        pool.getControl().setWatchUsage(true);
        return new ShownCallers(callers, PoolPage.open(Dashboard.builder(pool.getControl()), say));
    }

    private static Callers callers(Settings settings, JdbcPool pool, Workload workload, Meter meter) {
        return switch (settings.mode()) {
            case SUSPEND -> new SuspendingCallers(settings, pool, workload, meter);
            case BLOCKING -> new ThreadCallers(settings, pool.getDataSource(), workload, meter, platformThreads());
            case VIRTUAL ->
                new ThreadCallers(
                        settings,
                        pool.getDataSource(),
                        workload,
                        meter,
                        VirtualThreads.factory().orElseThrow());
        };
    }

    private static JdbcConfig config(Settings settings, PoolAddress address) {
        JdbcBuilder<JdbcConfig> pool = JdbcConfig.builder()
                .name(NAME)
                .url(address.url())
                .maxSize(settings.poolSize())
                .acquireTimeout(settings.acquireTimeout());
        if (address.user() != null) pool.username(address.user());
        if (address.password() != null) pool.password(address.password());
        return pool.build();
    }

    private static ThreadFactory platformThreads() {
        AtomicInteger number = new AtomicInteger();
        return body -> {
            Thread thread = new Thread(body, "caller-" + number.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        };
    }
}
