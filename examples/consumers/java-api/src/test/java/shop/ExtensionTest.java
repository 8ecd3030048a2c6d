package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rockpool.PoolConfig;
import dev.rockpool.blocking.BlockingPool;
import dev.rockpool.jdbc.RockpoolDataSource;
import dev.rockpool.testing.FakeConnection;
import dev.rockpool.testing.RockpoolExtension;
import dev.rockpool.testing.ScriptedFactory;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each test gets a pool, and fails if it loses something. */
class ExtensionTest {
    private static final RockpoolDataSource DATA_SOURCE =
            RockpoolDataSource.builder().url("jdbc:h2:mem:extension").build();

    @RegisterExtension
    final RockpoolExtension rockpool = RockpoolExtension.with(
                    PoolConfig.builder().name("orders").build())
            .patience(Duration.ofSeconds(10))
            .watching(DATA_SOURCE::snapshot);

    @AfterAll
    static void close() {
        DATA_SOURCE.close();
    }

    @Test
    void aTestGetsAPoolAndItsFactory(BlockingPool<FakeConnection> pool, ScriptedFactory factory)
            throws InterruptedException {
        pool.useConnection(connection -> assertEquals(1, factory.getOpenConnections().stream()
                .filter(connection::equals)
                .count()));
        assertEquals("orders", pool.config().getName());
    }

    @Test
    void aPoolOfTheTestIsWatched() throws SQLException {
        DATA_SOURCE.getConnection().close();
    }

    /** With default settings. */
    @ExtendWith(RockpoolExtension.class)
    static class WithDefaults {
        @Test
        void nothingIsOpenBeforeTheTestActs(BlockingPool<FakeConnection> pool) {
            assertEquals(0, pool.snapshot().getTotal());
            assertEquals(new RockpoolExtension().getClass(), RockpoolExtension.class);
        }
    }
}
