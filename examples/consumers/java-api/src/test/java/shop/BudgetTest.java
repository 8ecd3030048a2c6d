package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.AcquireTimeoutException;
import dev.rockpool.Budget;
import dev.rockpool.PoolConfig;
import dev.rockpool.blocking.BlockingPool;
import dev.rockpool.jdbc.JdbcConfig;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two pools that share a budget. */
class BudgetTest {
    private final Budget budget = new Budget(2);

    @Test
    void poolsShareABudget() throws Exception {
        try (var orders = pool("orders", budget.share(1));
                var reports = pool("reports", budget.share());
                var held = reports.acquire()) {
            assertThrows(AcquireTimeoutException.class, () -> reports.acquire(Duration.ofMillis(50)));
            assertTrue(held.isActive());
            assertEquals("HELLO", orders.withConnection(line -> line.ask("hello")));
            assertEquals(2, budget.getTaken());
            assertEquals(2, budget.getTotal());
            Budget.Use use = budget.getPools().get(0);
            assertEquals("orders", use.pool());
            assertEquals(1, use.guaranteed());
            assertEquals(1, use.taken());
            assertEquals(0, use.wanted());
            assertEquals(new Budget.Use("orders", 1, 1, 0), use);
            budget.resize(3);
            reports.acquire().close();
        }
        assertEquals(0, budget.getTaken());
        assertEquals(List.of(), budget.getPools());
    }

    @Test
    void aShareIsASetting() {
        Budget.Share share = budget.share(1);
        assertSame(budget, share.budget());
        assertEquals(1, share.guaranteed());
        assertEquals(share, new Budget.Share(budget, 1));
        assertEquals(share, PoolConfig.builder().budget(share).build().getBudget());
        assertNull(PoolConfig.builder().build().getBudget());
        var jdbc = JdbcConfig.builder().url("jdbc:h2:mem:budget").budget(share).build();
        assertEquals(share, jdbc.getPool().getBudget());
    }

    private static BlockingPool<Line> pool(String name, Budget.Share share) {
        return BlockingPool.create(
                new Lines(),
                PoolConfig.builder().name(name).maxSize(5).minIdle(0).budget(share).build());
    }
}
