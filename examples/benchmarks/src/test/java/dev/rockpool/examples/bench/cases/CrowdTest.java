package dev.rockpool.examples.bench.cases;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.examples.bench.Effort;
import dev.rockpool.examples.bench.driver.IdleDriver;
import dev.rockpool.examples.bench.peer.JdbcPeer;
import dev.rockpool.examples.bench.peer.Room;
import dev.rockpool.examples.bench.peer.Target;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CrowdTest {
    private static final Effort SHORT = new Effort(true, 1, 0.02, 0.02, 0.02, 2, 0.05, 1);

    /** Windows long enough for a busy machine. */
    private static final Effort LONGER = new Effort(true, 1, 0.02, 0.02, 0.02, 2, 0.5, 1);

    @Test
    void callersAreCountedInEachWindowAndTheirWaitsAreRecorded() throws Exception {
        try (var pool = Idle.filled(JdbcPeer.ROCKPOOL, Target.NOTHING, Room.of(2))) {
            Crowd crowd =
                    Crowd.run(4, Thread::new, () -> Lender.pool(pool.dataSource()), Hold.parked(100_000), true, LONGER);
            assertEquals(2, crowd.rates().size());
            crowd.rates().forEach(rate -> assertTrue(rate > 0));
            assertTrue(crowd.p99Micros() > 0);
            assertTrue(0 <= crowd.spreadPercent() && crowd.spreadPercent() <= 100);
            assertTrue(crowd.cycles() > 0);
        }
    }

    @Test
    void aCallerThatIsNeverServedMakesTheSpread100Percent() throws Exception {
        AtomicInteger callers = new AtomicInteger();
        Crowd crowd = Crowd.run(
                2,
                Thread::new,
                () -> callers.getAndIncrement() == 0 ? Lender.own(IdleDriver.URL, null, null) : new Slow(),
                Hold.parked(1_000),
                true,
                SHORT);
        assertEquals(100, crowd.spreadPercent());
    }

    @Test
    void aCallThatFailsFailsTheMeasurement() {
        Hold failing = connection -> {
            throw new SQLException("the server is down");
        };
        IllegalStateException failure = assertThrows(
                IllegalStateException.class,
                () -> Crowd.run(1, Thread::new, () -> Lender.own(IdleDriver.URL, null, null), failing, false, SHORT));
        assertTrue(failure.getMessage().contains("the server is down"), failure::getMessage);
    }

    @Test
    void anOutageEndsWithTheFirstSuccessAfterTheLastRefusedConnect() throws Exception {
        AtomicBoolean away = new AtomicBoolean();
        AtomicInteger refused = new AtomicInteger();
        try (var pool = Idle.filled(JdbcPeer.ROCKPOOL, Target.NOTHING, Room.of(2))) {
            Outage outage = Outage.watch(
                    pool.dataSource(),
                    2,
                    () -> {
                        if (!away.get()) return DriverManager.getConnection(IdleDriver.URL);
                        refused.incrementAndGet();
                        throw new SQLException("refused");
                    },
                    () -> {
                        away.set(true);
                        while (refused.get() < 3) Thread.onSpinWait();
                        away.set(false);
                    });
            assertTrue(outage.firstMillis() <= outage.allMillis());
            assertTrue(outage.allMillis() < 15_000);
        }
    }

    /** Serves only after all others are done. */
    private static final class Slow implements Lender {
        @Override
        public Connection take() throws SQLException {
            Hold.parked(500_000_000).with(null);
            return null;
        }

        @Override
        public void giveBack(Connection connection) {
            // nothing was lent
        }
    }
}
