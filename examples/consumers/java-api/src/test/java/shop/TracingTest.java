package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.PoolConfig;
import dev.rockpool.PoolListener;
import dev.rockpool.PoolTracer;
import dev.rockpool.Priority;
import dev.rockpool.blocking.BlockingPool;
import dev.rockpool.jdbc.metrics.RockpoolObservations;
import dev.rockpool.jdbc.metrics.RockpoolSpans;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Tracers of waits. */
class TracingTest {
    private final BlockingPool<Line> pool = BlockingPool.create(
            new Lines(), PoolConfig.builder().name("traced").maxSize(1).build());
    private final List<String> heard = new CopyOnWriteArrayList<>();

    private final class Own implements PoolTracer {
        @Override
        public Wait waitBegins(WaitStart start) {
            assertNull(PoolTracer.super.waitBegins(start));
            assertEquals("traced", start.getPool());
            assertNull(start.getCaller());
            assertEquals(Priority.NORMAL, start.getPriority());
            assertTrue(start.getPending() + start.getLeased() >= 0);
            return (outcome, connection, failure) -> heard.add(outcome + " " + (failure == null));
        }

        @Override
        public void probed(String pool, long connection, Duration took, Throwable failure) {
            PoolTracer.super.probed(pool, connection, took, failure);
            heard.add("probed " + connection);
        }

        @Override
        public void leaseEnded(String pool, long connection, Duration held, String caller) {
            PoolTracer.super.leaseEnded(pool, connection, held, caller);
            heard.add("used " + connection);
        }
    }

    @Test
    void waitsProbesAndLeasesAreTraced() throws Exception {
        OpenTelemetry openTelemetry = OpenTelemetry.noop();
        try (pool) {
            pool.acquire().close();
            // region tracing java
            pool.control().addTracer(new RockpoolSpans(openTelemetry.getTracer("rockpool")));
            // endregion
            pool.control().addTracer(new RockpoolObservations(ObservationRegistry.create()));
            PoolListener.Registration own = pool.control().addTracer(new Own());
            try (var lease = pool.acquire()) {
                assertNotNull(lease.getConnection());
                pool.acquireAsync().cancel(true);
            }
            pool.control().check();
            own.close();
        }
        assertEquals(PoolTracer.WaitOutcome.CANCELLED + " true", heard.get(0));
        assertTrue(heard.containsAll(List.of("used 1", "probed 1")), heard::toString);
    }

    @Test
    void aTracerCanBeTestedAlone() {
        var start = new PoolTracer.WaitStart("traced", null, Priority.NORMAL, 0, 1);
        var spans = new RockpoolSpans(OpenTelemetry.noop().getTracer("alone"));
        var observations = new RockpoolObservations(ObservationRegistry.create());
        for (PoolTracer.Wait wait :
                List.of(spans.waitBegins(start), observations.waitBegins(start), new Own().waitBegins(start)))
            wait.ended(PoolTracer.WaitOutcome.SERVED, 1, null);
        assertEquals(List.of("SERVED true"), heard);
    }
}
