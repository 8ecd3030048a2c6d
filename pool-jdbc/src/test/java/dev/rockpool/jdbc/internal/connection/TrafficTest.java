package dev.rockpool.jdbc.internal.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When a socket counts as quiet, with the test's own clock. */
class TrafficTest {
    private static final long LIMIT = TimeUnit.SECONDS.toNanos(10);

    private final Traffic traffic = new Traffic();

    @Test
    void aSocketIsNeverQuietOutsideReadsAndWrites() {
        assertEquals(0, traffic.underWay(0));
        assertFalse(traffic.isQuiet(0, Long.MAX_VALUE));
        traffic.begin();
        traffic.end();
        assertEquals(0, traffic.underWay(LIMIT));
        assertFalse(traffic.isQuiet(0, Long.MAX_VALUE));
    }

    @Test
    void aReadIsQuietAfterTheLimitAndTheNextOneStartsAfresh() {
        traffic.begin();
        long first = traffic.underWay(0);
        assertFalse(traffic.isQuiet(LIMIT, LIMIT - 1));
        assertTrue(traffic.isQuiet(LIMIT, LIMIT));
        traffic.end();
        traffic.begin();
        assertNotEquals(first, traffic.underWay(LIMIT));
        assertFalse(traffic.isQuiet(LIMIT, LIMIT));
        assertTrue(traffic.isQuiet(LIMIT, 2 * LIMIT));
    }

    @Test
    void sentBytesExtendTheLimitUntilAnAnswerArrives() {
        traffic.sends(80 * 1024);
        traffic.begin();
        assertFalse(traffic.isQuiet(LIMIT, 0));
        assertFalse(traffic.isQuiet(LIMIT, 2 * LIMIT - 1));
        assertTrue(traffic.isQuiet(LIMIT, 2 * LIMIT));
        traffic.received();
        assertTrue(traffic.isQuiet(LIMIT, LIMIT));
    }

    @Test
    void theExtensionIsLimitedByTheBuffersOnTheWay() {
        for (int i = 0; i < 1_000; i++) traffic.sends(1_000_000_000);
        traffic.begin();
        assertFalse(traffic.isQuiet(LIMIT, 0));
        assertTrue(traffic.isQuiet(LIMIT, TimeUnit.HOURS.toNanos(1)));
    }

    @Test
    void aConcurrentWriteDoesNotDisturbALaterRead() {
        traffic.begin();
        traffic.begin();
        traffic.end();
        traffic.end();
        assertEquals(0, traffic.underWay(0));
        traffic.begin();
        assertNotEquals(0, traffic.underWay(0));
    }
}
