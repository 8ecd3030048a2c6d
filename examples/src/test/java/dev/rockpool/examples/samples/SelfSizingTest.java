package dev.rockpool.examples.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.SizeWindow;
import dev.rockpool.jdbc.RockpoolDataSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The samples of pools that change their own size. */
class SelfSizingTest {
    private static final Clock NOON = Clock.fixed(Instant.parse("2026-01-01T12:00:00Z"), ZoneOffset.UTC);
    private static final Clock MIDNIGHT = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);

    @Test
    void aSizeOutsideTheLimitsIsReported() throws Exception {
        BlockingQueue<String> reports = new LinkedBlockingQueue<>();
        try (RockpoolDataSource dataSource = dataSource(50);
                var sizing = SelfSizing.start(dataSource, reports::add)) {
            assertEquals("changed its size from 50 to 40: the size may be 2 to 40", reports.poll(10, TimeUnit.SECONDS));
            assertEquals(40, sizing.getSize());
        }
    }

    @Test
    void aStrategyCanFollowTheClock() {
        var window = new SizeWindow(10, 2, 40, Duration.ofSeconds(1), 0, 0, false);
        List<Integer> sizes = List.of(new ByDay(NOON).next(window), new ByDay(MIDNIGHT).next(window));
        assertEquals(List.of(40, 2), sizes);
        try (RockpoolDataSource dataSource = dataSource(10);
                var sizing = SelfSizing.startByDay(dataSource, NOON)) {
            assertTrue(sizing.getSize() >= 10);
        }
    }

    private static RockpoolDataSource dataSource(int size) {
        RockpoolDataSource dataSource = new RockpoolDataSource();
        dataSource.setUrl("jdbc:postgresql://localhost:1/never-connected");
        dataSource.setMaxSize(size);
        dataSource.setMinIdle(0);
        return dataSource;
    }
}
