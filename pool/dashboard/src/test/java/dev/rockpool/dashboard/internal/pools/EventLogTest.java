package dev.rockpool.dashboard.internal.pools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.HealthStatus;
import dev.rockpool.PoolEvent;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The events of a page. */
class EventLogTest {
    private final EventLog log = new EventLog();

    @Test
    void changesOfHealthInARowAreOneEntry() {
        log.on(new PoolEvent.Rejected(3));
        for (int i = 0; i < 500; i++) {
            log.on(new PoolEvent.HealthChanged(HealthStatus.HEALTHY, HealthStatus.DEGRADED));
            log.on(new PoolEvent.HealthChanged(HealthStatus.DEGRADED, HealthStatus.HEALTHY));
        }
        assertEquals(2, texts().size(), "the first event is still there");
        String changes = texts().get(0);
        assertTrue(
                changes.contains("health changed from DEGRADED to HEALTHY (the last of 1000 changes in a row)"),
                changes);
        assertEquals(1001, log.count(), "viewers hear of each");
        log.operation("Ada paused the pool");
        log.on(new PoolEvent.HealthChanged(HealthStatus.HEALTHY, HealthStatus.DEGRADED));
        assertEquals(4, texts().size());
        assertTrue(texts().get(0).contains("\"text\":\"health changed from HEALTHY to DEGRADED\""), texts().get(0));
    }

    @Test
    void theLatestTwoHundredAreKept() {
        for (int i = 0; i < 300; i++) log.operation("operation " + i);
        assertEquals(EventLog.MOST, texts().size());
        assertTrue(texts().get(0).contains("operation 299"), texts().get(0));
    }

    private List<String> texts() {
        return log.latest().stream().map(Object::toString).toList();
    }
}
