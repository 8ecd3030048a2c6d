package dev.rockpool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.blocking.BlockingPool;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Everything that Java code does with the generic pool. */
class BlockingPoolTest {
    /** A session that records how it ended. */
    private static final class Session {
        final int number;
        final CountDownLatch whenClosed = new CountDownLatch(1);
        volatile boolean closed;
        volatile boolean aborted;
        volatile boolean dirty;

        Session(int number) {
            this.number = number;
        }
    }

    private static final class Sessions implements BlockingConnectionFactory<Session> {
        final AtomicInteger opened = new AtomicInteger();
        final ConcurrentLinkedQueue<Session> all = new ConcurrentLinkedQueue<>();
        volatile Supplier<Throwable> failure = () -> null;
        volatile boolean opensNull;
        final CountDownLatch whenOpening = new CountDownLatch(1);
        final CompletableFuture<Session> first = new CompletableFuture<>();
        volatile CountDownLatch gate = new CountDownLatch(0);

        @Override
        public Session open() throws Exception {
            whenOpening.countDown();
            gate.await();
            if (opensNull) return null;
            Throwable error = failure.get();
            if (error instanceof Error fatal) throw fatal;
            if (error instanceof Exception exception) throw exception;
            Session session = new Session(opened.incrementAndGet());
            all.add(session);
            first.complete(session);
            return session;
        }

        @Override
        public void close(Session session) {
            session.closed = true;
            session.whenClosed.countDown();
        }

        @Override
        public void abort(Session session) {
            session.aborted = true;
        }

        @Override
        public ReturnState inspect(Session session) {
            return session.dirty ? ReturnState.DIRTY : ReturnState.CLEAN;
        }

        @Override
        public void reset(Session session) {
            session.dirty = false;
        }

        @Override
        public ConnectFailure classify(Throwable error) {
            return error instanceof SecurityException ? ConnectFailure.PERMANENT : ConnectFailure.TRANSIENT;
        }
    }

    private final Sessions sessions = new Sessions();

    private BlockingPool<Session> pool(int maxSize) {
        return BlockingPool.create(
                sessions,
                PoolConfig.builder()
                        .name("java")
                        .maxSize(maxSize)
                        .minIdle(0)
                        .acquireTimeout(Duration.ofSeconds(20))
                        .build());
    }

    @Test
    void tryWithResourcesReturnsTheLeaseAndTheConnectionIsReused() throws Exception {
        try (BlockingPool<Session> pool = pool(2)) {
            Session first;
            try (Lease<Session> lease = pool.acquire()) {
                first = lease.getConnection();
            }
            assertSame(first, pool.withConnection(session -> session));
            assertEquals(1, pool.snapshot().getOpened());
            assertEquals("java", pool.config().getName());
        }
        assertTrue(sessions.all.stream().allMatch(session -> session.closed));
    }

    @Test
    void withConnectionRethrowsTheBlocksExceptionAndReturnsTheConnection() throws Exception {
        try (BlockingPool<Session> pool = pool(1)) {
            IOException thrown = new IOException("of the work");
            assertSame(
                    thrown,
                    assertThrows(
                            IOException.class,
                            () -> pool.withConnection(session -> {
                                throw thrown;
                            })));
            assertEquals(1, pool.snapshot().getIdle());
        }
    }

    @Test
    void tryAcquireReturnsNullWhenNothingIsIdle() throws Exception {
        try (BlockingPool<Session> pool = pool(1);
                Lease<Session> held = pool.acquire()) {
            assertTrue(held.isActive());
            assertNull(pool.tryAcquire());
        }
    }

    @Test
    void aFutureIsServedInOrder() throws Exception {
        try (BlockingPool<Session> pool = pool(1)) {
            Lease<Session> held = pool.acquire();
            var future = pool.acquireAsync().thenApply(lease -> {
                try (lease) {
                    return lease.getConnection().number;
                }
            });
            held.close();
            assertEquals(1, future.get(20, TimeUnit.SECONDS));
        }
    }

    @Test
    void coroutinesAndThreadsCanShareOnePool() {
        Pool<Session> pool =
                BlockingPool.create(sessions, PoolConfig.builder().build()).pool();
        assertSame(pool, BlockingPool.of(pool).pool());
        BlockingPool.of(pool).close();
        assertThrows(PoolClosedException.class, () -> BlockingPool.of(pool).acquire());
    }

    @Test
    void aDirtyConnectionIsResetBeforeItIsLentAgain() throws Exception {
        try (BlockingPool<Session> pool = pool(1)) {
            pool.withConnection(session -> session.dirty = true);
            boolean dirty = pool.withConnection(session -> session.dirty);
            assertEquals(false, dirty);
            assertEquals(1, sessions.opened.get());
        }
    }

    @Test
    void anErrorOrNullFromTheFactoryFailsOnlyThatAttempt() throws Exception {
        try (BlockingPool<Session> pool = pool(1)) {
            AtomicInteger attempts = new AtomicInteger();
            sessions.failure = () -> attempts.incrementAndGet() == 1 ? new NoClassDefFoundError("driver") : null;
            int number = pool.withConnection(session -> session.number);
            assertEquals(1, number);
            assertEquals(1, pool.snapshot().getOpenFailed());
        }
        sessions.opensNull = true;
        try (BlockingPool<Session> pool = pool(1)) {
            var timeout = assertThrows(AcquireTimeoutException.class, () -> pool.acquire(Duration.ofMillis(300)));
            assertEquals("the factory opened null", timeout.getCause().getMessage());
        }
    }

    @Test
    void aPermanentFailureFailsWaitersAtOnceAndATransientOneIsRetried() throws Exception {
        try (BlockingPool<Session> pool = pool(1)) {
            sessions.failure = () -> new SecurityException("wrong password");
            var failed = assertThrows(ConnectFailedException.class, pool::acquire);
            assertEquals("pool 'java' cannot connect: wrong password", failed.getMessage());
            AtomicInteger attempts = new AtomicInteger();
            sessions.failure = () -> attempts.incrementAndGet() < 3 ? new ConnectException("refused") : null;
            int number = pool.withConnection(session -> session.number);
            assertEquals(1, number);
        }
    }

    @Test
    void aPoolThatIsDownFailsCallersAtOnceWithATransientError() throws Exception {
        sessions.failure = () -> new ConnectException("refused");
        var config = PoolConfig.builder()
                .name("java")
                .minIdle(0)
                .backoff(Backoff.fixed(Duration.ofMillis(5)))
                .failFastAfter(Duration.ofMillis(20))
                .build();
        try (BlockingPool<Session> pool = BlockingPool.create(sessions, config)) {
            var down = assertThrows(ConnectFailedException.class, () -> pool.acquire(null));
            assertEquals(ConnectFailure.TRANSIENT, down.getFailure());
            assertThrows(ConnectFailedException.class, pool::acquire);
            sessions.failure = () -> null;
            long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (pool.snapshot().getOpened() == 0 && System.nanoTime() < patience) Thread.onSpinWait();
            try (Lease<Session> lease = pool.acquire(Duration.ofSeconds(20), Priority.HIGH)) {
                assertTrue(lease.isActive());
            }
            try (Lease<Session> lease = pool.acquireAsync(Priority.LOW).get(20, TimeUnit.SECONDS)) {
                assertTrue(lease.isActive());
            }
        }
    }

    @Test
    void leasesStillActiveAfterTheGraceAreAbortedAndClosed() throws Exception {
        BlockingPool<Session> pool = pool(1);
        Lease<Session> kept = pool.acquire();
        Session session = kept.getConnection();
        pool.close(Duration.ofMillis(50));
        assertTrue(session.aborted);
        assertTrue(session.closed);
        assertThrows(LeaseMisuseException.class, kept::getConnection);
        pool.close();
    }

    @Test
    void aConnectInFlightWhenThePoolClosesIsClosedOnArrival() throws Exception {
        sessions.gate = new CountDownLatch(1);
        BlockingPool<Session> pool = pool(1);
        var waiting = pool.acquireAsync();
        assertTrue(sessions.whenOpening.await(20, TimeUnit.SECONDS));
        pool.close(Duration.ZERO);
        assertTrue(waiting.handle((lease, error) -> error instanceof PoolClosedException)
                .get(20, TimeUnit.SECONDS));
        assertEquals(0, pool.snapshot().getTotal());
        sessions.gate.countDown();
        Session late = sessions.first.get(20, TimeUnit.SECONDS);
        assertTrue(late.whenClosed.await(20, TimeUnit.SECONDS));
    }
}
