package dev.rockpool.internal.core.upkeep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A span whose end is later than the clock can tell never ends. */
class LongSpansTest {
    private static final long CENTURIES = Long.MAX_VALUE - 1;

    private final TestSettings settings = new TestSettings();

    @Test
    void anIdleTimeoutOfCenturiesClosesNothing() {
        settings.idle = CENTURIES;
        assertEquals(List.of(), TestPool.indexes(filled().plan(1_000).close()));
    }

    @Test
    void aTrustWindowOfCenturiesKeepsTrust() {
        settings.trust = CENTURIES;
        TestPool pool = filled();
        pool.plan(1_000);
        assertTrue(pool.slot(0).isTrusted());
    }

    @Test
    void aKeepaliveIntervalOfCenturiesProbesNothing() {
        settings.keepalive = CENTURIES;
        TestPool pool = new TestPool(settings);
        pool.now = CENTURIES / 2;
        pool.fill(1);
        assertEquals(List.of(), TestPool.indexes(pool.plan(pool.now + 1).probe()));
    }

    private TestPool filled() {
        TestPool pool = new TestPool(settings);
        pool.now = 1_000;
        pool.fill(1);
        return pool;
    }
}
