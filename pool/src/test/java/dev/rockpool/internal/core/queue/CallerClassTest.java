package dev.rockpool.internal.core.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CallerClassTest {
    private final CallerClass batch = new CallerClass("batch", 5, 3);

    @Test
    void theLimitsHoldFromTheStartAndCanBeChanged() {
        assertEquals("batch: at most 5, 3 reserved", limits());
        batch.limit(7, 2);
        assertEquals("batch: at most 7, 2 reserved", limits());
    }

    @Test
    void aReserveIsUsedByTheFirstConnectionsAndNeverNegative() {
        assertEquals(3, batch.unusedReserve());
        batch.count(2);
        assertEquals(2, batch.leased());
        assertEquals(1, batch.unusedReserve());
        batch.count(4);
        assertEquals(0, batch.unusedReserve());
    }

    @Test
    void aLowerLimitKeepsTheCount() {
        batch.count(4);
        batch.limit(2, 1);

        assertEquals(4, batch.leased());
        assertEquals(0, batch.unusedReserve());
    }

    private String limits() {
        return batch.name() + ": at most " + batch.max() + ", " + batch.reserved() + " reserved";
    }
}
