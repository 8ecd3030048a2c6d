package dev.rockpool.examples.drill;

import dev.rockpool.examples.VirtualThreads;
import dev.rockpool.jdbc.JdbcBuilder;
import dev.rockpool.jdbc.RockpoolDataSource;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Opens the pool under test, with callers of the requested kind. */
final class DrillPool {
    static final String NAME = "drill";

    private DrillPool() {}

    static Callers open(Settings settings, PoolAddress address, Workload workload, Meter meter) {
        return switch (settings.mode()) {
            case SUSPEND -> new SuspendingCallers(settings, address, workload, meter);
            case BLOCKING -> threads(settings, address, workload, meter, platformThreads());
            case VIRTUAL ->
                threads(
                        settings,
                        address,
                        workload,
                        meter,
                        VirtualThreads.factory().orElseThrow());
        };
    }

    private static Callers threads(
            Settings settings, PoolAddress address, Workload workload, Meter meter, ThreadFactory factory) {
        JdbcBuilder<RockpoolDataSource> pool = RockpoolDataSource.builder()
                .name(NAME)
                .url(address.url())
                .maxSize(settings.poolSize())
                .acquireTimeout(settings.acquireTimeout());
        if (address.user() != null) pool.username(address.user());
        if (address.password() != null) pool.password(address.password());
        return new ThreadCallers(settings, pool.build(), workload, meter, factory);
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
