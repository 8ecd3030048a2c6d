package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.AcquireTimeoutException;
import dev.rockpool.BlockingConnectionFactory;
import dev.rockpool.ReturnState;
import dev.rockpool.ConnectFailedException;
import dev.rockpool.ConnectFailure;
import dev.rockpool.ConnectionFactory;
import dev.rockpool.PoolConfig;
import dev.rockpool.blocking.BlockingPool;
import dev.rockpool.testing.FakeConnection;
import dev.rockpool.testing.Script;
import dev.rockpool.testing.ScriptedFactory;
import dev.rockpool.testing.ScriptedHooks;
import dev.rockpool.testing.Step;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests with fake connections. */
class FakesTest {
    private static final PoolConfig CONFIG = PoolConfig.builder()
            .maxSize(1)
            .minIdle(0)
            .acquireTimeout(Duration.ofMillis(200))
            .build();

    private final ScriptedFactory factory = new ScriptedFactory();

    @AfterEach
    void releaseHungCalls() {
        factory.end();
    }

    @Test
    void theServerAllowsFewSessions() throws InterruptedException {
        factory.setPlaces(0);
        assertEquals(0, factory.getPlaces());
        var blocking = factory.blocking();
        var full = assertThrows(IllegalStateException.class, blocking::open);
        assertEquals(ConnectFailure.FULL, blocking.classify(full));
        factory.setPlaces(1);
        try (var pool = BlockingPool.create(blocking, CONFIG);
                var lease = pool.acquire()) {
            assertTrue(lease.isActive());
            assertEquals(1, factory.getOpenConnections().size());
        }
    }

    @Test
    void aScriptDecidesWhatEachCallDoes() throws InterruptedException {
        factory.setFailure(ConnectFailure.PERMANENT);
        assertEquals(ConnectFailure.PERMANENT, factory.getFailure());
        factory.getOpens().next(new Step.Fail(new IOException("refused")), Step.Succeed.INSTANCE);
        try (var pool = BlockingPool.create(factory.blocking(), CONFIG)) {
            assertThrows(ConnectFailedException.class, pool::acquire);
            pool.acquire().close();
            assertEquals(2, factory.getOpens().getCalls());
            assertEquals(1, factory.getOpenConnections().size());
        }
        assertEquals(1, factory.getConnections().size());
        assertTrue(factory.getConnections().get(0).isClosed());
        assertEquals(1, factory.getCloses().getCalls());
        for (Script unused : List.of(
                factory.getProbes(),
                factory.getResets(),
                factory.getQuestions(),
                factory.getInspects(),
                factory.getAborts()))
            assertSame(Step.Succeed.INSTANCE, unused.getOtherwise());
    }

    @Test
    void aCallCanTakeTimeHangOrBlock() throws InterruptedException {
        var blocked = new Step.Block();
        Duration moment = Duration.ofMillis(1);
        factory.getOpens().next(Step.After.of(moment), Step.After.of(moment, Step.ReturnNull.INSTANCE));
        factory.getOpens().setOtherwise(Step.Hang.INSTANCE);
        try (var pool = BlockingPool.create(factory.blocking(), CONFIG)) {
            pool.acquire().evict("the next one is null");
            assertThrows(AcquireTimeoutException.class, pool::acquire);
            factory.getOpens().setOtherwise(blocked);
            blocked.finish();
            factory.end();
        }
    }

    @Test
    void aConnectionCountsItsCalls() throws Exception {
        var connection = new FakeConnection(7);
        assertEquals(7, connection.getNumber());
        connection.setDirty(true);
        assertTrue(connection.isDirty());
        connection.setBroken(true);
        assertTrue(connection.isBroken());
        connection.setLost(true);
        assertTrue(connection.isLost());
        connection.setCallUnderWay(3);
        assertEquals(3, connection.getCallUnderWay());
        assertFalse(connection.isClosed());
        assertEquals(ReturnState.BROKEN, factory.inspect(connection));
        assertEquals(3, factory.callUnderWay(connection));
        assertEquals(ConnectFailure.TRANSIENT, factory.classify(new IOException("refused")));
        assertEquals("refused", factory.explain(new IOException("refused")));
        factory.abort(connection);
        assertEquals(1, connection.getAbortCount());
        ConnectionFactory<FakeConnection> general = factory;
        general.abort(connection);
        assertEquals(ReturnState.BROKEN, general.inspect(connection));
        assertEquals(3, general.callUnderWay(connection));
        assertEquals(ConnectFailure.TRANSIENT, general.classify(new IOException("refused")));

        BlockingConnectionFactory<FakeConnection> blocking = factory.blocking();
        FakeConnection open = blocking.open();
        blocking.probe(open);
        blocking.reset(open);
        blocking.close(open);
        assertEquals(1, open.getProbeCount());
        assertEquals(1, open.getResetCount());
        assertEquals(1, open.getCloseCount());
    }

    @Test
    void hooksAreScriptedToo() {
        var hooks = new ScriptedHooks();
        hooks.getBeforeLends().next(new Step.Fail(new IOException("not today")));
        assertEquals(0, hooks.getAfterOpens().getCalls());
        assertEquals(0, hooks.getAfterReturns().getCalls());
        assertInstanceOf(Step.class, hooks.getBeforeLends().getOtherwise());
        assertEquals(0, new Script().next(Step.Succeed.INSTANCE).getCalls());
    }
}
