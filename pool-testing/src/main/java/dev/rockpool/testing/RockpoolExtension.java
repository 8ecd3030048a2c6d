package dev.rockpool.testing;

import dev.rockpool.Pool;
import dev.rockpool.PoolConfig;
import dev.rockpool.PoolStats;
import dev.rockpool.blocking.BlockingPool;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A JUnit 5 extension that gives each test a pool of fake connections, and fails a test that loses something.
 *
 * <p>A test gets its pool, in real time, as a parameter of type {@link BlockingPool} or {@link Pool} of {@link FakeConnection}, and the {@link ScriptedFactory} behind
 * it, which says what opening, probing and so on do. After the test, its own {@code @AfterEach} methods included, no lease may be out, nobody may wait, and once
 * the pool is closed every connection must have been closed exactly once.
 *
 * <pre>{@code
 * @ExtendWith(RockpoolExtension.class)
 * class OrdersTest {
 *     @Test
 *     void anOrderReturnsItsConnection(BlockingPool<FakeConnection> pool, ScriptedFactory factory) { ... }
 * }
 * }</pre>
 *
 * <p>To have other settings, or pools of the test's own checked too, register an instance: {@code @RegisterExtension final RockpoolExtension rockpool =
 * RockpoolExtension.with(config).watching(dataSource::snapshot)}. Needs junit-jupiter-api. Thread-safe: tests may run in parallel, but a watched pool is expected to be
 * at rest after each.
 */
public final class RockpoolExtension implements ParameterResolver, AfterEachCallback {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(RockpoolExtension.class);

    private final PoolConfig config;
    private final Duration patience;
    private final List<Supplier<PoolStats>> watched = new CopyOnWriteArrayList<>();

    /** Pools with default settings, but that {@code minIdle} is 0: nothing is open before the test acts. */
    public RockpoolExtension() {
        this(PoolFixture.defaults(), Duration.ofSeconds(5));
    }

    private RockpoolExtension(PoolConfig config, Duration patience) {
        this.config = config;
        this.patience = patience;
    }

    /** Pools with these settings. */
    public static RockpoolExtension with(PoolConfig config) {
        return new RockpoolExtension(Objects.requireNonNull(config), Duration.ofSeconds(5));
    }

    /** The same, with so much time for what a test has begun to come to rest after it; 5 seconds unless said. */
    public RockpoolExtension patience(Duration time) {
        RockpoolExtension copy = new RockpoolExtension(config, Objects.requireNonNull(time));
        copy.watched.addAll(watched);
        return copy;
    }

    /**
     * Has a pool of the test's own checked after each test, too: nothing leased, nobody waiting. It is not closed.
     *
     * @param stats its numbers when asked: {@code pool::snapshot}
     */
    public RockpoolExtension watching(Supplier<PoolStats> stats) {
        watched.add(Objects.requireNonNull(stats));
        return this;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == BlockingPool.class || type == Pool.class || type == ScriptedFactory.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        PoolFixture fixture = context.getStore(NAMESPACE)
                .getOrComputeIfAbsent(this, key -> new PoolFixture(config), PoolFixture.class);
        Class<?> type = parameter.getParameter().getType();
        if (type == ScriptedFactory.class) return fixture.factory();
        return type == Pool.class ? fixture.pool().pool() : fixture.pool();
    }

    /** Checks; said by JUnit. */
    @Override
    public void afterEach(ExtensionContext context) {
        PoolFixture fixture = context.getStore(NAMESPACE).remove(this, PoolFixture.class);
        if (fixture != null) fixture.end(patience);
        watched.forEach(stats -> PoolFixture.awaitQuiet(stats, patience));
    }
}
