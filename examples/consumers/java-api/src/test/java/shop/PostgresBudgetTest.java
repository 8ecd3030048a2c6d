package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.AcquireTimeoutException;
import dev.rockpool.InvalidConfigException;
import dev.rockpool.PoolConfig;
import dev.rockpool.blocking.BlockingPool;
import dev.rockpool.jdbc.PostgresBudget;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** A budget for several processes, whose coordinator cannot be reached. */
class PostgresBudgetTest {
    private static final DataSource AWAY = (DataSource) Proxy.newProxyInstance(
            PostgresBudgetTest.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, args) -> {
                throw new SQLException("the server is away");
            });

    @Test
    void withoutItsCoordinatorNothingIsOpened() throws Exception {
        try (var budget = PostgresBudget.builder()
                .name("shop")
                .total(4)
                .guaranteed(1)
                .dataSource(AWAY)
                .build()) {
            assertEquals("shop", budget.getName());
            assertEquals(4, budget.getTotal());
            assertEquals(1, budget.getGuaranteed());
            assertEquals(0, budget.getHeld());
            assertEquals(0, budget.getTaken());
            assertEquals(List.of(), budget.getPools());
            assertNotNull(budget.getProblem());
            assertTrue(budget.toString().contains("total=4"), budget::toString);
            assertEquals(1, budget.share(1).guaranteed());
            var config = PoolConfig.builder().minIdle(0).budget(budget.share()).build();
            try (var pool = BlockingPool.create(new Lines(), config)) {
                var failed = assertThrows(AcquireTimeoutException.class, () -> pool.acquire(Duration.ofMillis(100)));
                assertTrue(failed.getMessage().contains("the server is away"), failed::getMessage);
            }
        }
    }

    @Test
    void anotherDatabaseIsRefused() {
        var builder = PostgresBudget.builder().total(1).url("jdbc:h2:mem:a").username("a").password("b");
        assertThrows(InvalidConfigException.class, builder::build);
    }
}
