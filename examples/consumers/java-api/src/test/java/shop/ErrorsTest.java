package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.AcquireTimeoutException;
import dev.rockpool.ConnectFailedException;
import dev.rockpool.ConnectFailure;
import dev.rockpool.LeaseInfo;
import dev.rockpool.LeaseMisuseException;
import dev.rockpool.PoolClosedException;
import dev.rockpool.PoolConfig;
import dev.rockpool.PoolException;
import dev.rockpool.PoolExhaustedException;
import dev.rockpool.blocking.BlockingPool;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The exceptions of a pool, and their properties. */
class ErrorsTest {
    private static final PoolConfig ONE =
            PoolConfig.builder().name("lines").maxSize(1).minIdle(0).build();

    @Test
    void aTimeoutHasTheWaitAndTheHolder() throws InterruptedException {
        try (var pool = BlockingPool.create(new Lines(), ONE);
                var held = pool.acquire()) {
            assertTrue(held.isActive());
            var timeout = assertThrows(AcquireTimeoutException.class, () -> pool.acquire(Duration.ofMillis(50)));
            assertTrue(timeout.getWaited().toMillis() >= 50, timeout::getMessage);
            assertEquals(timeout.getWaited().toMillis(), timeout.getWaitedMillis());
            assertEquals(1, timeout.getStats().getLeased());
            LeaseInfo longest = timeout.getLongest();
            assertTrue(longest.getHolder().contains(Thread.currentThread().getName()), longest::toString);
            assertTrue(longest.getConnection() > 0);
            assertEquals(longest.getHeld(), timeout.getLongestLease());
            assertNotNull(timeout.getOwn(), "the caller holds one itself");
            assertEquals("lines", ((PoolException) timeout).getPoolName());
        }
    }

    @Test
    void aCallerBeyondMaxPendingIsRejected() throws InterruptedException {
        try (var pool = BlockingPool.create(new Lines(), ONE.toBuilder().maxPending(1).build());
                var held = pool.acquire()) {
            assertTrue(held.isActive());
            var waiting = pool.acquireAsync();
            var refused = assertThrows(PoolExhaustedException.class, pool::acquire);
            assertEquals(1, refused.getStats().getPending());
            waiting.cancel(true);
        }
    }

    @Test
    void aPermanentConnectFailureFailsAtOnce() {
        var lines = new Lines();
        lines.failure = new IOException("no such host");
        try (var pool = BlockingPool.create(lines, ONE)) {
            var failed = assertThrows(ConnectFailedException.class, pool::acquire);
            assertEquals(ConnectFailure.PERMANENT, failed.getFailure());
            assertEquals("no such host", failed.getCause().getMessage());
        }
    }

    @Test
    void anEndedLeaseAndAClosedPoolThrow() throws InterruptedException {
        var pool = BlockingPool.create(new Lines(), ONE);
        var lease = pool.acquire();
        lease.close();
        assertThrows(LeaseMisuseException.class, lease::getConnection);
        pool.close();
        assertNull(assertThrows(PoolClosedException.class, pool::acquire).getCause());
    }
}
