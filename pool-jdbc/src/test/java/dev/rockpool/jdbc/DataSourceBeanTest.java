package dev.rockpool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.InvalidConfigException;
import dev.rockpool.Priority;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A data source that a framework creates by its class and configures property by property. */
class DataSourceBeanTest {
    private final FakeDatabase database = new FakeDatabase();

    private RockpoolDataSource bean() {
        RockpoolDataSource bean = new RockpoolDataSource();
        bean.setName("orders");
        bean.setJdbcUrl(database.getUrl());
        bean.setUser("app");
        bean.setPassword("secret");
        bean.setMaxSize(2);
        bean.setMinIdle(0);
        return bean;
    }

    @Test
    void itConnectsOnlyWhenAConnectionIsAskedFor() throws SQLException {
        try (RockpoolDataSource bean = bean()) {
            assertEquals("pool 'orders', not started", bean.toString());
            assertTrue(bean.isWrapperFor(JdbcPool.class));
            assertEquals(List.of(), database.getLogins());
            bean.getConnection().close();
            assertEquals("(app, secret)", database.getLogins().get(0).toString());
            assertSame(bean, bean.asJdbcPool().getDataSource());
            assertSame(bean.asJdbcPool(), bean.unwrap(JdbcPool.class));
            assertEquals(2, bean.snapshot().getMaxSize());
        }
    }

    @Test
    void manyThreadsStartOnePool() {
        try (RockpoolDataSource bean = bean()) {
            JdbcPool[] seen = new JdbcPool[8];
            FixturesKt.atOnce(seen.length, i -> {
                seen[i] = bean.asJdbcPool();
                return kotlin.Unit.INSTANCE;
            });
            assertEquals(1, Arrays.stream(seen).distinct().count());
        }
    }

    @Test
    void allProblemsAreReportedAtTheStartAndCanBeCorrected() throws SQLException {
        try (RockpoolDataSource bean = bean()) {
            bean.setJdbcUrl(null);
            bean.setMaxSize(0);
            var thrown = assertThrows(InvalidConfigException.class, bean::getConnection);
            assertEquals("orders", thrown.getPoolName());
            assertEquals(
                    List.of(
                            "maxSize is 0 but must be at least 1",
                            "url is null but must be a JDBC URL, unless dataSource is given"),
                    thrown.getProblems());
            bean.setUrl(database.getUrl());
            bean.setMaxSize(1);
            bean.getConnection().close();
        }
    }

    @Test
    void settersAreRejectedOnceItHasStarted() throws SQLException {
        try (RockpoolDataSource bean = bean()) {
            bean.getConnection().close();
            var thrown = assertThrows(IllegalStateException.class, () -> bean.setMaxSize(3));
            assertTrue(thrown.getMessage().startsWith("pool 'orders' has started, so maxSize cannot be set any more"));
            assertThrows(IllegalStateException.class, () -> bean.setUrl("jdbc:other"));
            assertThrows(IllegalStateException.class, () -> bean.setPassword("other"));
            assertEquals(database.getUrl(), bean.getJdbcUrl());
            assertEquals("app", bean.getUsername());
        }
        try (RockpoolDataSource built =
                RockpoolDataSource.builder().url(database.getUrl()).minIdle(0).build()) {
            assertThrows(IllegalStateException.class, () -> built.setUsername("other"));
            assertNull(built.getDriverClassName());
        }
    }

    @Test
    void itCanBeClosedBeforeItStarts() {
        RockpoolDataSource bean = bean();
        bean.close();
        bean.close();
        var thrown = assertThrows(SQLException.class, bean::getConnection);
        assertTrue(thrown.getMessage().startsWith("pool 'orders' has been closed"));
        assertEquals(List.of(), database.getLogins());
    }

    @Test
    void closingItClosesThePool() throws SQLException {
        RockpoolDataSource bean = bean();
        bean.getConnection().close();
        bean.close();
        assertEquals(0, database.open());
        assertThrows(SQLException.class, bean::getConnection);
    }

    @Test
    void aStartThatFailsBecauseTheDatabaseIsDownIsAnSqlExceptionAndRetried() throws SQLException {
        AtomicBoolean away = new AtomicBoolean(true);
        database.on("driver.connect", call -> {
            if (away.get()) return rethrown(new SQLException("away", "08001"));
            return FakeDatabase.Companion.getRECORD_ONLY();
        });
        try (RockpoolDataSource bean = bean()) {
            bean.configure(settings -> settings.startup(Startup.failFast()));
            var thrown = assertThrows(SQLException.class, bean::getConnection);
            assertTrue(thrown.getMessage().contains("away"));
            away.set(false);
            bean.getConnection().close();
        }
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> Object rethrown(Throwable e) throws X {
        throw (X) e;
    }

    @Test
    void loginTimeoutAndLogWriterSetBeforeTheStartAreKept() throws SQLException {
        StringWriter text = new StringWriter();
        try (RockpoolDataSource bean = bean()) {
            bean.setLoginTimeout(1);
            bean.setLogWriter(new PrintWriter(text));
            bean.setMaxSize(1);
            try (Connection connection = bean.getConnection()) {
                assertThrows(SQLTransientConnectionException.class, bean::getConnection);
                assertThrows(
                        SQLTransientConnectionException.class, () -> bean.getConnection(Duration.ZERO, Priority.HIGH));
                assertFalse(connection.isClosed());
            }
        }
        assertTrue(text.toString().contains("pool 'orders': "));
    }

    @Test
    void proxiesThatExtendItCanInterceptEverythingPublic() throws Exception {
        assertEquals(0, RockpoolDataSource.class.getConstructor().getParameterCount());
        assertFalse(Modifier.isFinal(RockpoolDataSource.class.getModifiers()));
        for (Method method : RockpoolDataSource.class.getMethods()) {
            if (method.getDeclaringClass() == Object.class || Modifier.isStatic(method.getModifiers())) continue;
            assertFalse(Modifier.isFinal(method.getModifiers()), method::toString);
        }
    }

    @Test
    void thePasswordHasNoPublicGetterAndTheOneForFrameworksIsPrivate() throws Exception {
        for (Method method : RockpoolDataSource.class.getMethods()) {
            assertFalse(method.getName().toLowerCase().startsWith("getpassword"), method::toString);
        }
        Method getter = BeanSettings.class.getDeclaredMethod("getPassword");
        assertTrue(Modifier.isPrivate(getter.getModifiers()));
        getter.setAccessible(true);
        try (RockpoolDataSource bean = bean()) {
            assertEquals("secret", getter.invoke(bean));
            bean.changeCredentials("app", "newer");
            assertEquals("newer", getter.invoke(bean));
        }
    }
}
