package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.BlockingPreparer;
import dev.rockpool.PoolConfig;
import dev.rockpool.Pools;
import dev.rockpool.Preparer;
import dev.rockpool.blocking.BlockingPool;
import dev.rockpool.jdbc.DataSourceView;
import dev.rockpool.jdbc.JdbcPreparers;
import dev.rockpool.jdbc.JdbcView;
import dev.rockpool.jdbc.RockpoolDataSource;
import dev.rockpool.testing.FakeConnection;
import dev.rockpool.testing.ScriptedFactory;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** Connections that are prepared for a tag. */
class TagsTest {
    @Test
    void connectionsOfAnyPoolHaveTags() throws InterruptedException {
        Map<Line, Object> states = new ConcurrentHashMap<>();
        BlockingPreparer<Line> preparer = new BlockingPreparer<>() {
            @Override
            public void prepare(Line line, Object tag) {
                states.put(line, String.valueOf(tag));
            }

            @Override
            public int cost(Object from, Object to) {
                return BlockingPreparer.super.cost(from, to);
            }

            @Override
            public boolean isPrepared(Line line, Object tag, boolean used) {
                return BlockingPreparer.super.isPrepared(line, tag, used);
            }
        };
        PoolConfig config = PoolConfig.builder().name("lines").maxSize(1).build();
        try (var pool = BlockingPool.create(new Lines(), config, null, preparer)) {
            pool.useConnection("a", line -> assertEquals("a", states.get(line)));
            assertEquals("b", pool.withConnection("b", states::get));
            try (var lease = pool.tagged("b").acquire()) {
                assertTrue(lease.isActive());
            }
            assertEquals("lines", Pools.tagged(pool.pool(), "b").getConfig().getName());
        }
    }

    @Test
    void aPoolTakesAPreparerThatWasWrittenInKotlin() throws Exception {
        @SuppressWarnings("unchecked")
        Preparer<FakeConnection> preparer = (Preparer<FakeConnection>) Proxy.newProxyInstance(
                Preparer.class.getClassLoader(),
                new Class<?>[] {Preparer.class},
                (proxy, method, arguments) -> method.getName().equals("cost") ? (Object) 7 : (Object) true);
        assertEquals(7, preparer.cost("a", "b"));
        assertTrue(preparer.isPrepared(new FakeConnection(1), "a", false));
        PoolConfig config = PoolConfig.builder().name("kotlin").maxSize(1).build();
        try (var pool = BlockingPool.of(Pools.create(new ScriptedFactory(), config, null, preparer))) {
            assertEquals("kotlin", pool.tagged("a").config().getName());
        }
    }

    @Test
    void connectionsOfDataSourcesHaveTags() throws SQLException {
        try (var orders = RockpoolDataSource.builder()
                .name("orders")
                .url("jdbc:h2:mem:java-tags")
                .preparer(JdbcPreparers.schema())
                .build()) {
            try (Connection connection = orders.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("create schema TENANT_A");
            }
            // region tags java
            DataSourceView tenant = orders.tagged("TENANT_A");
            try (Connection connection = tenant.getConnection()) {
                assertEquals("TENANT_A", connection.getSchema());
            }
            orders.useConnection("TENANT_A", connection -> assertEquals("TENANT_A", connection.getSchema()));
            // endregion
            assertEquals("TENANT_A", orders.withConnection("TENANT_A", Connection::getSchema));
            assertEquals("TENANT_A", tenant.tag());
            assertNull(tenant.name());
            assertThrows(IllegalStateException.class, tenant::quota);
            DataSourceView both = orders.callers("jobs", 2).tagged("TENANT_A");
            assertEquals("TENANT_A", both.withConnection(Connection::getSchema));
            assertEquals(2, both.quota().getMax());
            JdbcView view = orders.asJdbcPool().tagged("TENANT_A");
            assertEquals("TENANT_A", view.getTag());
            assertNull(view.tagged(null).getTag());
            assertTrue(orders.config().getPreparer() != null);
            assertFalse(both.toString().isEmpty());
        }
    }

    @Test
    void thereAreReadyPreparers() {
        var all = List.of(
                JdbcPreparers.schema(),
                JdbcPreparers.schema(String::valueOf),
                JdbcPreparers.catalog(),
                JdbcPreparers.catalog(String::valueOf),
                JdbcPreparers.searchPath(),
                JdbcPreparers.searchPath(String::valueOf),
                JdbcPreparers.role(),
                JdbcPreparers.role(String::valueOf));
        assertEquals(8, all.size());
        assertEquals(1, all.get(0).cost("a", "b"));
        assertTrue(all.get(0).isPrepared(null, "a", true));
        assertFalse(all.get(6).isPrepared(null, "a", true));
    }
}
