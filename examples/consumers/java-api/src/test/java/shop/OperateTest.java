package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.Caller;
import dev.rockpool.CloseReason;
import dev.rockpool.Diagnosis;
import dev.rockpool.HeldConnection;
import dev.rockpool.PoolConfig;
import dev.rockpool.PoolControl;
import dev.rockpool.PoolEvent;
import dev.rockpool.WaitingCallers;
import dev.rockpool.blocking.BlockingPool;
import dev.rockpool.jdbc.metrics.RockpoolFlightRecorder;
import dev.rockpool.jdbc.metrics.RockpoolJmx;
import dev.rockpool.jdbc.metrics.RockpoolMeters;
import dev.rockpool.jdbc.metrics.RockpoolTelemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.sdk.resources.Resource;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What operators see of a pool. */
class OperateTest {
    private final BlockingPool<Line> pool =
            BlockingPool.create(new Lines(), PoolConfig.builder().name("seen").maxSize(1).build());

    @Test
    void aDiagnosisNamesHoldersAndWaitingCallers() throws Exception {
        try (pool) {
            Diagnosis diagnosis = Caller.named("checkout", () -> {
                try (var lease = pool.acquire()) {
                    assertTrue(lease.isActive());
                    var waiting = pool.acquireAsync();
                    Diagnosis made = pool.control().diagnose();
                    waiting.cancel(true);
                    return made;
                }
            });
            HeldConnection held = diagnosis.getLeases().get(0);
            assertEquals("checkout", held.getCaller());
            assertTrue(held.getHolder().startsWith("thread"), held::getHolder);
            assertTrue(held.getConnection() > 0);
            assertTrue(held.getHeld().compareTo(Duration.ZERO) >= 0);
            assertNull(held.isActive());
            assertNull(held.getStatement());
            assertFalse(held.getStack().isEmpty());
            WaitingCallers waiting = diagnosis.getWaiting().get(0);
            assertEquals(1, waiting.getCount());
            assertNotNull(waiting.getCaller());
            assertTrue(waiting.getOldest().compareTo(Duration.ZERO) >= 0);
            assertFalse(diagnosis.getVerdict().isEmpty());
            assertNotNull(diagnosis.getAdvice());
            assertEquals("seen", diagnosis.getStats().getName());
            assertTrue(diagnosis.toJson().contains("verdict"));
            assertEquals(diagnosis, new PoolEvent.Diagnosed(diagnosis).getDiagnosis());
            assertEquals("checkout", new Caller("checkout").getName());
            assertEquals("done", Caller.Key.named("checkout", () -> "done"));
        }
    }

    @Test
    void numbersAreExported() throws Exception {
        var registry = new SimpleMeterRegistry();
        var server = ManagementFactory.getPlatformMBeanServer();
        PoolControl control = pool.control();
        try (pool;
                var meters = new RockpoolMeters(control).hikariNames();
                var named = new RockpoolMeters(control, "orders");
                var changing = new RockpoolMeters(() -> control, "changing");
                var flight = RockpoolFlightRecorder.start(control);
                var bean = RockpoolJmx.register(control, server);
                var operated = RockpoolJmx.registerWithOperations(control, server)) {
            for (RockpoolMeters one : List.of(meters, named, changing)) one.bindTo(registry);
            assertEquals(1, registry.get("hikaricp.connections.max").gauge().value());
            assertEquals(3, registry.find("rockpool.health").gauges().size());
            assertTrue(server.isRegistered(bean.name()) && server.isRegistered(operated.name()));
            assertNotNull(flight);
            assertEquals(1, control.snapshot().getMaxSize());
            assertFalse(new RockpoolTelemetry(control).produce(Resource.empty()).isEmpty());
            assertFalse(new RockpoolTelemetry().add(control).produce(Resource.empty()).isEmpty());
        }
        assertEquals(List.of(), registry.getMeters());
    }

    @Test
    void everyReasonHasAName() {
        Set<CloseReason> known = Set.of(
                CloseReason.LIFETIME,
                CloseReason.IDLE,
                CloseReason.DEAD,
                CloseReason.BROKEN,
                CloseReason.EVICTED,
                CloseReason.CLEARED,
                CloseReason.SHRUNK,
                CloseReason.BUDGET,
                CloseReason.RESET_FAILED,
                CloseReason.HOOK_FAILED,
                CloseReason.RECLAIMED,
                CloseReason.SILENT,
                CloseReason.POOL_CLOSED);
        assertEquals(known, Stream.of(CloseReason.values()).collect(Collectors.toSet()));
    }
}
