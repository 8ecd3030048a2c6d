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
    void eventsAndOperationsAreShownTheLatestFirst() {
        log.on(new PoolEvent.Rejected(3));
        log.operation("Ada paused the pool");
        log.on(new PoolEvent.HealthChanged(HealthStatus.HEALTHY, HealthStatus.DEGRADED));
        assertEquals(3, texts().size());
        assertEquals(3, log.count());
        assertTrue(texts().get(0).contains("\"text\":\"health changed from HEALTHY to DEGRADED\""), texts().get(0));
        assertTrue(texts().get(1).contains("Ada paused the pool"), texts().get(1));
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
