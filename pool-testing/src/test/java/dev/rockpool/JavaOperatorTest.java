package dev.rockpool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.blocking.BlockingPool;
import dev.rockpool.testing.FakeConnection;
import dev.rockpool.testing.ScriptedFactory;
import dev.rockpool.testing.Step;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The API for operating a pool, used from Java. */
class JavaOperatorTest {
    /** A minimal factory: everything else is the interface's default. */
    private static final class Least implements BlockingConnectionFactory<StringBuilder> {
        @Override
        public StringBuilder open() {
            return new StringBuilder("open");
        }

        @Override
        public void close(StringBuilder connection) {
            connection.append(" closed");
        }
    }

    private static PoolConfig.Builder config() {
        return PoolConfig.builder().name("operated").minIdle(0);
    }

    @Test
    void aRunningPoolCanBeInspectedCheckedAndReconfigured() throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        try (BlockingPool<StringBuilder> pool = BlockingPool.create(new Least(), config().build())) {
            PoolControl control = pool.control();
            try (PoolListener.Registration listening = control.addListener(event -> heard.add(event.toString()))) {
                assertNotNull(listening);
                assertTrue(control.checkAsync().get(20, TimeUnit.SECONDS).isHealthy());
                try (Lease<StringBuilder> lease = pool.acquire(Duration.ofSeconds(Long.MAX_VALUE))) {
                    assertEquals("open", lease.getConnection().toString());
                    ConnectionInfo info = control.connections().get(0);
                    assertEquals(ConnectionState.LEASED, info.getState());
                    assertFalse(info.isRetired());
                    assertNull(info.getReason());
                    assertTrue(info.toString().contains("held by thread '"), info.toString());
                    assertTrue(info.getInStateNanos() >= 0);
                    assertEquals(1, info.getLeases());
                    assertTrue(control.evict(info.getNumber(), "by order"));
                    assertTrue(control.connections().get(0).toString().contains("retired"));
                }
                pool.withConnection(connection -> connection.length());
                assertNotNull(control.checkAsync(2).get(20, TimeUnit.SECONDS));
                assertTrue(control.checkAsync().get(20, TimeUnit.SECONDS).isHealthy());
                control.removeExpired();
                control.pause();
                assertTrue(control.isPaused());
                assertThrows(AcquireTimeoutException.class, () -> pool.acquire(Duration.ofMillis(20)));
                control.resume();
                control.reconfigure(control.getConfig().toBuilder().maxSize(3).build());
                assertEquals(3, pool.config().getMaxSize());
                control.evictAll("a failover");
                assertEquals(0, control.clear());
                TimeStats use = pool.snapshot().getTimes().getUse();
                assertTrue(use.toString().contains("times, mean "), use.toString());
                assertTrue(use.meanNanos() <= use.maxNanos() && use.p50Nanos() <= use.p90Nanos());
                assertTrue(use.p99Nanos() <= use.p999Nanos());
            }
            assertTrue(pool.toString().startsWith("pool 'operated': "), pool.toString());
        }
        assertTrue(heard.stream().anyMatch(it -> it.contains("closed connection 1")), heard.toString());
    }

    @Test
    void checkReturnsItsResultToAWaitingThread() throws Exception {
        try (BlockingPool<StringBuilder> pool = BlockingPool.create(new Least(), config().build())) {
            PoolControl control = pool.control();
            assertNull(control.check(1));
            pool.useConnection(connection -> connection.append(" used"));
            ProbeResult result = control.check(1);
            assertTrue(result.isAlive());
            assertNull(result.getError());
            assertFalse(result.getTook().isNegative() || result.getAgo().isNegative());
            assertTrue(control.check().isHealthy());
            assertFalse(control.health().getLastCheckTook().isNegative());
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, control::check);
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, () -> control.check(1));
        }
    }

    @Test
    void aCheckOfHungConnectionsEndsWithTheirProbes() throws Exception {
        ScriptedFactory factory = new ScriptedFactory();
        PoolConfig config = config().probeTimeout(Duration.ofMillis(50)).build();
        try (BlockingPool<FakeConnection> pool = BlockingPool.create(factory.blocking(), config)) {
            pool.useConnection(connection -> {});
            factory.getProbes().setOtherwise(Step.Hang.INSTANCE);
            assertFalse(pool.control().check().isHealthy());
            factory.end();
        }
    }

    @Test
    void evictAndReconfigureNeedOnlyWhatChanges() throws Exception {
        try (BlockingPool<StringBuilder> pool = BlockingPool.create(new Least(), config().build())) {
            PoolControl control = pool.control();
            pool.useConnection(connection -> {});
            assertTrue(control.evict(1));
            assertFalse(control.evict(1));
            try (Lease<StringBuilder> lease = pool.acquire()) {
                control.evictAll();
                assertTrue(lease.isActive());
                assertTrue(control.connections().stream().anyMatch(it -> it.getNumber() == 2 && it.isRetired()));
            }
            control.reconfigure(settings -> settings.maxSize(4).acquireTimeout(Duration.ofSeconds(2)));
            assertEquals(4, control.getConfig().getMaxSize());
            assertEquals(Duration.ofSeconds(2), control.getConfig().getAcquireTimeout());
            var thrown = assertThrows(
                    InvalidConfigException.class, () -> control.reconfigure(settings -> settings.name("another")));
            assertTrue(thrown.getMessage().contains("must stay 'operated'"), thrown.getMessage());
        }
    }

    @Test
    void eachCallCanHaveATimeoutAndAPriority() throws Exception {
        Duration brief = Duration.ofMillis(20);
        PoolConfig one = config().maxSize(1).acquireTimeout(null).build();
        try (BlockingPool<StringBuilder> pool = BlockingPool.create(new Least(), one)) {
            try (Lease<StringBuilder> lease =
                    pool.acquireAsync(Duration.ofSeconds(20)).get()) {
                assertTrue(lease.isActive());
                assertTimedOut(pool.acquireAsync(brief));
                assertTimedOut(pool.acquireAsync(brief, Priority.HIGH));
                assertTimedOut(pool.acquireAsync(Duration.ZERO));
                assertThrows(
                        AcquireTimeoutException.class,
                        () -> pool.withConnection(brief, Priority.LOW, StringBuilder::toString));
                var thrown = assertThrows(
                        AcquireTimeoutException.class,
                        () -> pool.useConnection(Duration.ZERO, Priority.NORMAL, connection -> {}));
                assertEquals(Duration.ZERO, thrown.getWaited());
            }
            assertEquals("open", pool.withConnection(brief, Priority.LOW, StringBuilder::toString));
            pool.useConnection(null, Priority.LOW, connection -> connection.append(" used"));
            assertEquals("open used", pool.withConnection(StringBuilder::toString));
            assertThrows(NullPointerException.class, () -> pool.acquireAsync(brief, null));
        }
    }

    private static void assertTimedOut(CompletableFuture<?> acquiring) {
        var thrown = assertThrows(ExecutionException.class, () -> acquiring.get(20, TimeUnit.SECONDS));
        assertInstanceOf(AcquireTimeoutException.class, thrown.getCause());
    }

    /** A connection of a driver that knows its current call. */
    private static final class Calls implements BlockingConnectionFactory<AtomicLong> {
        @Override
        public AtomicLong open() {
            return new AtomicLong();
        }

        @Override
        public void close(AtomicLong connection) {}

        @Override
        public long callUnderWay(AtomicLong connection) {
            return connection.get();
        }

        @Override
        public List<AtomicLong> findLost(List<AtomicLong> silent, AtomicLong witness) {
            return silent;
        }
    }

    @Test
    void aJavaFactoryCanFindLostConnections() throws Exception {
        PoolConfig config = config().stuckCallTimeout(Duration.ofMillis(20))
                .statsInterval(Duration.ofMillis(5))
                .build();
        CompletableFuture<PoolEvent.Closed> closed = new CompletableFuture<>();
        try (BlockingPool<AtomicLong> pool = BlockingPool.create(new Calls(), config);
                var listening = pool.control().addListener(event -> {
                    if (event instanceof PoolEvent.Closed it) closed.complete(it);
                })) {
            assertNotNull(listening);
            Lease<AtomicLong> lease = pool.acquire();
            lease.getConnection().set(1);
            PoolEvent.Closed event = closed.get(20, TimeUnit.SECONDS);
            assertFalse(lease.isActive());
            assertEquals(1, event.getConnection());
            assertFalse(event.getAge().isNegative());
        }
    }

    @Test
    void javaHooksAreCalledAroundEveryLease() throws Exception {
        var hooks = new BlockingConnectionHooks<StringBuilder>() {
            @Override
            public void afterOpen(StringBuilder connection) {
                connection.append(" hooked");
            }

            @Override
            public void beforeLend(StringBuilder connection) {
                connection.append(" lent");
            }
        };
        try (BlockingPool<StringBuilder> pool = BlockingPool.create(new Least(), config().build(), hooks)) {
            assertEquals("open hooked lent", pool.withConnection(StringBuilder::toString));
        }
        try (BlockingPool<StringBuilder> pool =
                BlockingPool.create(new Least(), config().build(), new BlockingConnectionHooks<>() {})) {
            assertEquals("open", pool.withConnection(StringBuilder::toString));
        }
    }

    @Test
    void closeOnAnInterruptedThreadReturnsAtOnceAndContinuesInTheBackground() throws Exception {
        BlockingPool<StringBuilder> pool = BlockingPool.create(new Least(), config().build());
        Lease<StringBuilder> out = pool.acquire();
        Thread.currentThread().interrupt();
        pool.close(Duration.ofSeconds(20));
        assertTrue(Thread.interrupted());
        out.close();
        pool.close();
        assertEquals(0, pool.snapshot().getTotal());
    }

    @Test
    @SuppressWarnings("unchecked")
    void onlyRockpoolsOwnPoolHasABlockingView() {
        Pool<String> another = (Pool<String>) Proxy.newProxyInstance(
                Pool.class.getClassLoader(), new Class<?>[] {Pool.class}, (p, m, a) -> "another");
        assertThrows(IllegalArgumentException.class, () -> BlockingPool.of(another));
    }

    @Test
    void everySettingHasAFunctionForJava() {
        Duration time = Duration.ofSeconds(7);
        var overload = OverloadControl.of(Duration.ofMillis(50), Duration.ofSeconds(1));
        PoolConfig config = PoolConfig.builder()
                .name("all")
                .maxSize(7)
                .minIdle(3)
                .acquireTimeout(time)
                .connectTimeout(time)
                .probeTimeout(time)
                .resetTimeout(time)
                .closeTimeout(time)
                .trustWindow(time)
                .idleTimeout(time)
                .maxLifetime(time)
                .keepaliveInterval(time)
                .maxConcurrentOpens(2)
                .maxPending(9)
                .backoff(Backoff.fixed(time))
                .failFastAfter(time)
                .overload(overload)
                .leakThreshold(time)
                .reclaimLeaks(false)
                .leakStackTraces(true)
                .stuckCallTimeout(time)
                .bargingWindow(time)
                .reusePolicy(ReusePolicy.FIFO)
                .statsInterval(time)
                .build();
        assertEquals(config, config.toBuilder().build());
        assertEquals(config, PoolConfig.fromJson(config.toJson()));
        assertEquals(config.hashCode(), config.toBuilder().build().hashCode());
        assertNotEquals(config, PoolConfig.builder().build());
        assertTrue(config.toString().contains("\"leakStackTraces\":true"), config.toString());
        assertEquals(overload, config.getOverload());
        assertEquals(
                overload.hashCode(),
                OverloadControl.of(Duration.ofMillis(50), Duration.ofSeconds(1)).hashCode());
        assertNotEquals(overload, time);
        assertEquals("target 50ms, interval 1s", overload.toString());
        PoolConfig never = PoolConfig.builder()
                .acquireTimeout(null)
                .trustWindow(null)
                .idleTimeout(null)
                .maxLifetime(null)
                .keepaliveInterval(null)
                .failFastAfter(null)
                .leakThreshold(null)
                .stuckCallTimeout(null)
                .overload(null)
                .maxPending(null)
                .build();
        assertEquals(never, PoolConfig.fromJson(never.toJson()));
    }
}
