package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.CloseReason;
import dev.rockpool.HealthStatus;
import dev.rockpool.PoolConfig;
import dev.rockpool.PoolEvent;
import dev.rockpool.PoolListener;
import dev.rockpool.blocking.BlockingPool;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The events that listeners of a pool get. */
class EventsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** Turns an event into a line of a log, the way an application does. Java 21 can use a switch instead. */
    private static String describe(PoolEvent event) {
        if (event instanceof PoolEvent.Opened it) return it.getConnection() + " opened in " + it.getTook();
        if (event instanceof PoolEvent.Closed it)
            return it.getConnection() + " closed, " + it.getAge() + " old, " + it.getKind() + ": " + it.getReason();
        if (event instanceof PoolEvent.Acquired it) return it.getConnection() + " acquired";
        if (event instanceof PoolEvent.Released it) return it.getConnection() + " released";
        if (event instanceof PoolEvent.OpenFailed it) return "failed: " + it.getCause().getMessage();
        if (event instanceof PoolEvent.Lost it) return "lost: " + it.getCause().getMessage();
        if (event instanceof PoolEvent.Recovered it) return "recovered after " + it.getAfter();
        if (event instanceof PoolEvent.TimedOut it) return "timed out after " + it.getWaited();
        if (event instanceof PoolEvent.Leaked it)
            return it.getConnection() + " leaked by " + it.getHolder() + " after " + it.getHeld()
                    + (it.getReclaimed() ? ", taken back" : "");
        if (event instanceof PoolEvent.LeakEnded it) return it.getConnection() + " was returned after all";
        if (event instanceof PoolEvent.NestedAcquire it) return it.getHolder() + " holds " + it.getConnection();
        if (event instanceof PoolEvent.HealthChanged it) return it.getFrom() + " to " + it.getTo();
        if (event instanceof PoolEvent.Rejected it) return "rejected behind " + it.getPending();
        if (event instanceof PoolEvent.Shed it) return "shed after " + it.getWaited();
        if (event instanceof PoolEvent.Exhausted it)
            return "exhausted: " + it.getLeased() + " leased, " + it.getPending() + " wait";
        if (event instanceof PoolEvent.ExhaustionEnded it) return "exhausted for " + it.getAfter();
        if (event instanceof PoolEvent.Diagnosed it) return it.getDiagnosis().getVerdict();
        if (event instanceof PoolEvent.Paused it) return "paused by " + it.getBy();
        if (event instanceof PoolEvent.Resumed it) return "resumed by " + it.getBy();
        if (event instanceof PoolEvent.Evicted it)
            return it.getConnection() + " evicted by " + it.getBy() + ": " + it.getReason();
        if (event instanceof PoolEvent.Reconfigured it)
            return it.getFrom().getMaxSize() + " to " + it.getTo().getMaxSize() + " by " + it.getBy();
        if (event instanceof PoolEvent.Resized it)
            return "from " + it.getFrom() + " to " + it.getTo() + ": " + it.getReason();
        if (event == PoolEvent.PoolClosed.INSTANCE) return "closed";
        throw new AssertionError("a new kind of event: " + event);
    }

    @Test
    void everyEventIsReadUnderItsName() {
        var failure = new IOException("refused");
        assertEquals("1 opened in PT1S", describe(new PoolEvent.Opened(1, SECOND)));
        assertEquals(
                "1 closed, PT1S old, IDLE: idle for long",
                describe(new PoolEvent.Closed(1, CloseReason.IDLE, "idle for long", SECOND)));
        assertEquals("rejected behind 3", describe(new PoolEvent.Rejected(3)));
        assertEquals("shed after PT1S", describe(new PoolEvent.Shed(SECOND)));
        assertEquals("exhausted: 2 leased, 3 wait", describe(new PoolEvent.Exhausted(2, 3)));
        assertEquals("exhausted for PT1S", describe(new PoolEvent.ExhaustionEnded(SECOND)));
        assertEquals("paused by me", describe(new PoolEvent.Paused("me")));
        assertEquals("resumed by me", describe(new PoolEvent.Resumed("me")));
        assertEquals("1 evicted by me: old", describe(new PoolEvent.Evicted(1L, "old", "me")));
        var before = PoolConfig.builder().maxSize(1).build();
        var after = PoolConfig.builder().maxSize(2).build();
        assertEquals("1 to 2 by me", describe(new PoolEvent.Reconfigured(before, after, "me")));
        assertEquals("from 10 to 7: as good", describe(new PoolEvent.Resized(10, 7, "as good")));
        assertEquals("1 acquired", describe(new PoolEvent.Acquired(1)));
        assertEquals("1 released", describe(new PoolEvent.Released(1)));
        assertEquals("failed: refused", describe(new PoolEvent.OpenFailed(failure)));
        assertEquals("lost: refused", describe(new PoolEvent.Lost(failure)));
        assertEquals("recovered after PT1S", describe(new PoolEvent.Recovered(SECOND)));
        assertEquals("timed out after PT1S", describe(new PoolEvent.TimedOut(SECOND)));
        assertEquals("1 leaked by me after PT1S, taken back", describe(new PoolEvent.Leaked(1, "me", SECOND, true)));
        assertEquals("1 was returned after all", describe(new PoolEvent.LeakEnded(1)));
        assertEquals("me holds 1", describe(new PoolEvent.NestedAcquire(1, "me")));
        assertEquals(
                "HEALTHY to DEGRADED",
                describe(new PoolEvent.HealthChanged(HealthStatus.HEALTHY, HealthStatus.DEGRADED)));
    }

    @Test
    void aListenerGetsEventsUntilItIsRemoved() throws InterruptedException {
        List<String> heard = new CopyOnWriteArrayList<>();
        PoolListener listener = event -> heard.add(describe(event));
        var pool = BlockingPool.create(new Lines(), PoolConfig.builder().build());
        pool.control().setLeaseEvents(true);
        PoolListener.Registration first = pool.control().addListener(listener);
        pool.acquire().close();
        ControlTest.await(() -> heard.stream().anyMatch(line -> line.endsWith(" released")));
        assertNotNull(pool.control().getEvents(), "for coroutines");
        pool.close();
        assertEquals("closed", heard.get(heard.size() - 1));
        first.close();
        listener.on(PoolEvent.PoolClosed.INSTANCE);
        assertTrue(heard.size() > 3, heard::toString);
    }
}
