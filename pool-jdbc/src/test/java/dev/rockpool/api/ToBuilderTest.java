package dev.rockpool.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.BlockingConnectionHooks;
import dev.rockpool.InvalidConfigException;
import dev.rockpool.jdbc.Credentials;
import dev.rockpool.jdbc.FatalError;
import dev.rockpool.jdbc.JdbcBuilder;
import dev.rockpool.jdbc.JdbcConfig;
import dev.rockpool.jdbc.RockpoolDataSource;
import dev.rockpool.jdbc.Startup;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

/** A configuration can be turned into a builder with all settings, without revealing secrets. */
class ToBuilderTest {
    private static final Duration TIME = Duration.ofSeconds(7);
    private static final String SECRET = "pa55word";

    private static JdbcBuilder<JdbcConfig> full() {
        return JdbcConfig.builder()
                .url("jdbc:h2:mem:again")
                .username("sa")
                .password(SECRET)
                .driverClassName("org.h2.Driver")
                .properties(Map.of("IFEXISTS", "FALSE", "trustStorePassword", SECRET))
                .autoCommit(false)
                .readOnly(true)
                .transactionIsolation(Connection.TRANSACTION_SERIALIZABLE)
                .catalog("c")
                .schema("s")
                .initSql("select 1")
                .testQuery("select 2")
                .cancelTimeout(TIME)
                .queryTimeout(TIME)
                .statementCacheSize(3)
                .slowStatementThreshold(TIME)
                .slowStatementListener(slow -> {})
                .fatalErrors(error -> FatalError.DEFAULT)
                .customizer(connection -> {})
                .resetSql("select 3")
                .hooks(new BlockingConnectionHooks<>() {})
                .preparer((connection, tag) -> {})
                .startup(Startup.waitUpTo(TIME))
                .maxSize(3)
                .acquireTimeout(TIME);
    }

    @Test
    void everySettingIsKept() throws ReflectiveOperationException {
        JdbcConfig config = full().build();
        JdbcConfig again = config.toBuilder().build();
        assertEquals(config.toString(), again.toString());
        assertEquals(config.toJson(), again.toJson());
        int compared = 0;
        for (Method getter : JdbcConfig.class.getDeclaredMethods()) {
            if (!getter.getName().startsWith("get") || !PublicClasses.isVisible(getter)) continue;
            assertEquals(getter.invoke(config), getter.invoke(again), getter.getName());
            compared++;
        }
        assertTrue(compared >= 23, () -> "getters are missing");
        JdbcConfig other = config.toBuilder().maxSize(4).catalog("d").build();
        assertEquals(4, other.getPool().getMaxSize());
        assertEquals("d", other.getCatalog());
        assertEquals("s", other.getSchema());
    }

    @Test
    void settingsThatAreObjectsAreKept() {
        var source = new JdbcDataSource();
        JdbcConfig config = JdbcConfig.builder()
                .dataSource(source)
                .credentials(() -> new Credentials("sa", ""))
                .build();
        JdbcConfig again = config.toBuilder().build();
        assertEquals(source, again.getDataSource());
        assertEquals(config.getCredentials(), again.getCredentials());
    }

    @Test
    void thePasswordIsKeptAndCanBeReplaced() throws SQLException {
        String url = "jdbc:h2:mem:password;DB_CLOSE_DELAY=-1";
        var first =
                JdbcConfig.builder().url(url).username("sa").password(SECRET).build();
        try (var dataSource = RockpoolDataSource.create(first)) {
            assertTrue(isValid(dataSource)); // the first connect creates the database with its password
            JdbcConfig config = dataSource.config();
            try (var other = RockpoolDataSource.create(config.toBuilder().build());
                    var wrong = RockpoolDataSource.create(
                            config.toBuilder().password("wrong").build())) {
                assertTrue(isValid(other));
                assertThrows(SQLException.class, wrong::getConnection);
            }
        }
    }

    private static boolean isValid(RockpoolDataSource dataSource) throws SQLException {
        return dataSource.withConnection(connection -> connection.isValid(5));
    }

    @Test
    void aKeptPasswordConflictsWithCredentials() {
        var builder = JdbcConfig.builder().url("jdbc:h2:mem:x").password(SECRET).build().toBuilder()
                .credentials(() -> new Credentials("sa", ""));
        var thrown = assertThrows(InvalidConfigException.class, builder::build);
        assertEquals(List.of("credentials is given but then password must be absent"), thrown.getProblems());
    }

    /** Includes functions that javac does not see. */
    @Test
    void noFunctionReturnsThePassword() {
        JdbcConfig config = full().build();
        for (Object holder : List.of(config, config.toBuilder(), RockpoolDataSource.builder()))
            functionsOf(holder).forEach(function -> {
                String told = String.valueOf(call(function, holder));
                assertFalse(told.contains(SECRET), () -> function + " tells " + told);
            });
        assertTrue(functionsOf(config).anyMatch(it -> it.getName().equals("toJson")));
    }

    private static Stream<Method> functionsOf(Object holder) {
        return Arrays.stream(holder.getClass().getMethods())
                .filter(it -> it.getParameterCount() == 0 && it.getReturnType() != void.class)
                .filter(it -> !it.getName().equals("build"));
    }

    private static Object call(Method function, Object holder) {
        try {
            return function.invoke(holder);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(function + " cannot be called", e);
        }
    }
}
