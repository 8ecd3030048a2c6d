package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.AutoSize;
import dev.rockpool.Caller;
import dev.rockpool.CallerUsage;
import dev.rockpool.PoolConfig;
import dev.rockpool.SizeAdvice;
import dev.rockpool.SizeWindow;
import dev.rockpool.SizingStrategy;
import dev.rockpool.SlowLease;
import dev.rockpool.blocking.BlockingPool;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A pool that changes its own size. */
class SelfSizingTest {
    @Test
    void aPoolSizesItselfUntilItIsToldNotTo() {
        try (var pool = BlockingPool.create(
                new Lines(), PoolConfig.builder().maxSize(4).minIdle(0).build())) {
            AutoSize sizes = AutoSize.between(2, 40).interval(Duration.ofSeconds(1));
            assertEquals(2, sizes.getMin());
            assertEquals(40, sizes.getMax());
            assertEquals(Duration.ofSeconds(1), sizes.getInterval());
            assertNull(sizes.getStrategy());
            try (AutoSize.Running sizing = pool.control().autoSize(sizes)) {
                assertEquals(4, sizing.getSize());
            }
            assertEquals(4, pool.control().getConfig().getMaxSize());
        }
    }

    @Test
    void aStrategyOfOnesOwnDecides() throws InterruptedException {
        class Greatest implements SizingStrategy {
            private int size;

            @Override
            public int next(SizeWindow last) {
                if (!last.isDisturbed() && last.getLeases() == 0) size = last.getMax();
                return size;
            }

            @Override
            public int getSize() {
                return size;
            }

            @Override
            public String getReason() {
                return "more is better";
            }
        }
        var window = new SizeWindow(4, 2, 40, Duration.ofSeconds(2), 100, 0.5, false);
        assertEquals(4, window.getSize());
        assertEquals(2, window.getMin());
        assertEquals(0.5, window.getExhausted());
        assertEquals(Duration.ofSeconds(2), window.getLasted());
        assertEquals(50, window.leasesPerSecond());
        SizingStrategy strategy = new Greatest();
        strategy.next(window);
        assertEquals(0, strategy.getSize());
        assertFalse(strategy.getReason().isEmpty());
        try (var pool = BlockingPool.create(
                        new Lines(), PoolConfig.builder().maxSize(4).build());
                var sizing = pool.control()
                        .autoSize(AutoSize.between(2, 9).interval(Duration.ofMillis(10)).strategy(Greatest::new))) {
            ControlTest.await(() -> sizing.getSize() == 9);
        }
    }

    @Test
    void thePoolAdvisesASizeAndNamesItsUsers() throws Exception {
        try (var pool = BlockingPool.create(
                new Lines(), PoolConfig.builder().maxSize(4).build())) {
            var control = pool.control();
            assertFalse(control.getWatchUsage());
            control.setWatchUsage(true);
            Caller.named("checkout", () -> {
                try (var lease = pool.acquire()) {
                    ControlTest.await(() -> !control.slowestLeases().isEmpty());
                    assertTrue(lease.isActive());
                }
                return null;
            });
            CallerUsage usage = control.callers().get(0);
            assertEquals("checkout", usage.getCaller());
            assertTrue(usage.getHeld().compareTo(usage.getWaited()) > 0);
            SlowLease lease = control.slowestLeases().get(0);
            assertEquals("checkout", lease.getCaller());
            assertTrue(lease.getConnection() > 0 && lease.getHolder().startsWith("thread"));
            assertEquals(lease.toString().endsWith("still"), lease.isActive());
            assertTrue(lease.getHeld().compareTo(Duration.ZERO) >= 0);
            SizeAdvice advice = control.advice();
            assertEquals(SizeAdvice.Kind.UNKNOWN, advice.getKind());
            assertEquals(0, advice.getSize());
            assertTrue(advice.getText().contains("300 seconds"), advice::toString);
            assertEquals(List.of(), advice.getEvidence());
        }
    }

    @Test
    void everyAdviceHasAName() {
        var kinds = Set.of(
                SizeAdvice.Kind.UNKNOWN,
                SizeAdvice.Kind.TOO_SMALL,
                SizeAdvice.Kind.FITS,
                SizeAdvice.Kind.TOO_LARGE,
                SizeAdvice.Kind.SERVER_IS_THE_LIMIT,
                SizeAdvice.Kind.CONNECTING,
                SizeAdvice.Kind.LEAK,
                SizeAdvice.Kind.BURSTS);
        assertEquals(kinds, Set.of(SizeAdvice.Kind.values()));
        var made = new SizeAdvice(SizeAdvice.Kind.FITS, 3, "it fits", List.of("seen"));
        assertEquals("FITS: it fits (seen)", made.toString());
        assertEquals("one", new CallerUsage("one", Duration.ZERO, Duration.ZERO).getCaller());
        assertFalse(new SlowLease(1, "one", "me", Duration.ZERO, false).isActive());
    }
}
