package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.InvalidConfigException;
import dev.rockpool.jdbc.InvalidPoolsFileException;
import dev.rockpool.jdbc.JdbcConfig;
import dev.rockpool.jdbc.JdbcPool;
import dev.rockpool.jdbc.PoolsFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pools of a file. Properties need no other library. */
class PoolsFileTest {
    @TempDir
    Path folder;

    private Path write(int maxSize) throws Exception {
        return Files.writeString(
                folder.resolve("pools.properties"),
                "pools.orders.url=jdbc:h2:mem:file-orders\npools.orders.max-size=" + maxSize + "\n");
    }

    @Test
    void poolsFollowTheirFile() throws Exception {
        PoolsFile file = PoolsFile.load(write(3));
        assertEquals(Set.of("orders"), file.names());
        assertEquals(3, file.config("orders").getPool().getMaxSize());
        assertTrue(file.toString().contains("orders"));
        try (var pools = file.open()) {
            var orders = pools.dataSource("orders");
            orders.getConnection().close();
            write(4);
            pools.reload();
            assertEquals(4, orders.control().getConfig().getMaxSize());
            assertSame(orders, pools.jdbcPool("orders").getDataSource());
            assertEquals(Set.of("orders"), pools.names());
            assertTrue(pools.toString().contains("orders"));
            assertNull(pools.budget());
            pools.close(Duration.ofSeconds(1));
        }
        file.open(Duration.ofSeconds(1)).close();
    }

    @Test
    void mistakesAreToldWithTheirPlaces() throws Exception {
        Path path = write(0);
        var wrong = assertThrows(InvalidPoolsFileException.class, () -> PoolsFile.load(path, Map.of(), Map.of()));
        assertEquals(
                List.of(path + ":2:1: pools.orders.max-size is 0 but must be at least 1"), wrong.getProblems());
        assertEquals(List.of("a", "b"), new InvalidPoolsFileException(path, List.of("a", "b")).getProblems());
        InvalidConfigException own = new InvalidConfigException("orders", List.of("a"), "orders are wrong") {};
        assertEquals("orders are wrong", own.getMessage());
    }

    @Test
    void aJdbcPoolIsReconfigured() {
        var pool = new JdbcPool(JdbcConfig.builder().url("jdbc:h2:mem:file-live").build());
        pool.reconfigure(pool.getConfig().toBuilder().maxSize(4).build());
        assertEquals(4, pool.getControl().getConfig().getMaxSize());
        pool.getDataSource().close();
    }
}
