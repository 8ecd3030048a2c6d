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
 * <p>A test takes its pool as a parameter of type {@link BlockingPool} or {@link Pool} of {@link FakeConnection}. It
 * can also take the {@link ScriptedFactory} behind the pool, which controls what opening, probing and so on do. The
 * pool runs in real time.
 *
 * <p>The extension checks the pool after the test and its {@code @AfterEach} methods. No lease may be active and no
 * caller may wait. After the pool is closed, each connection must have been closed exactly once.
 *
 * <pre>{@code
 * @ExtendWith(RockpoolExtension.class)
 * class OrdersTest {
 *     @Test
 *     void anOrderReturnsItsConnection(BlockingPool<FakeConnection> pool, ScriptedFactory factory) { ... }
 * }
 * }</pre>
 *
 * <p>For other settings, or to check other pools too, register an instance:
 * {@code @RegisterExtension final RockpoolExtension rockpool = RockpoolExtension.with(config).watching(dataSource::snapshot)}.
 * Needs junit-jupiter-api. Thread-safe. Tests may run in parallel, but a watched pool must be at rest after each test.
 */
public final class RockpoolExtension implements ParameterResolver, AfterEachCallback {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(RockpoolExtension.class);

    private final PoolConfig config;
    private final Duration patience;
    private final List<Supplier<PoolStats>> watched = new CopyOnWriteArrayList<>();

    /** Uses default settings, except that {@code minIdle} is 0: nothing is open before the test acts. */
    public RockpoolExtension() {
        this(PoolFixture.defaults(), Duration.ofSeconds(5));
    }

    private RockpoolExtension(PoolConfig config, Duration patience) {
        this.config = config;
        this.patience = patience;
    }

    /** Uses these settings. */
    public static RockpoolExtension with(PoolConfig config) {
        return new RockpoolExtension(Objects.requireNonNull(config), Duration.ofSeconds(5));
    }

    /** A copy with another limit on how long to wait after a test for work that it started. Default 5 seconds. */
    public RockpoolExtension patience(Duration time) {
        RockpoolExtension copy = new RockpoolExtension(config, Objects.requireNonNull(time));
        copy.watched.addAll(watched);
        return copy;
    }

    /**
     * Also checks another pool after each test: no lease is active and no caller waits. That pool is not closed.
     *
     * @param stats returns its current numbers, such as {@code pool::snapshot}
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

    /** Checks the pools; called by JUnit. */
    @Override
    public void afterEach(ExtensionContext context) {
        PoolFixture fixture = context.getStore(NAMESPACE).remove(this, PoolFixture.class);
        if (fixture != null) fixture.end(patience);
        watched.forEach(stats -> PoolFixture.awaitQuiet(stats, patience));
    }
}
