package dev.rockpool.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.InvalidConfigException;
import dev.rockpool.PoolConfig;
import dev.rockpool.jdbc.JdbcBuilder;
import dev.rockpool.jdbc.JdbcConfig;
import dev.rockpool.jdbc.RockpoolDataSource;
import dev.rockpool.testing.EmbeddedDatabase;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A null without meaning, such as that of an unset environment variable, is a problem of the configuration. */
class NullArgumentsTest {
    /** For these settings null has a meaning: never, none or unlimited. */
    private static final Set<String> ALLOWED = Set.of(
            "minIdle",
            "acquireTimeout",
            "trustWindow",
            "idleTimeout",
            "maxLifetime",
            "keepaliveInterval",
            "budget",
            "maxPending",
            "failFastAfter",
            "overload",
            "leakThreshold",
            "stuckCallTimeout",
            "queryTimeout",
            "slowStatementThreshold",
            "slowStatementListener");

    /**
     * One function and its arguments.
     *
     * @param wholeArray whether the varargs array itself is null, rather than an element
     */
    private record Case(String name, Supplier<?> builder, Method function, boolean wholeArray) {
        Object call() throws IllegalAccessException {
            Object to = builder.get();
            try {
                return function.invoke(to, arguments());
            } catch (InvocationTargetException e) {
                throw new AssertionError(this + " throws", e.getCause());
            }
        }

        private Object[] arguments() {
            Class<?>[] types = function.getParameterTypes();
            return function.isVarArgs() && !wholeArray
                    ? new Object[] {Array.newInstance(types[0].getComponentType(), 1)}
                    : new Object[types.length];
        }

        @Override
        public String toString() {
            return name + "." + function.getName()
                    + Arrays.toString(function.getParameterTypes()).replace("class ", "")
                    + (wholeArray ? " as a whole" : "");
        }
    }

    static Stream<Case> functions() {
        return Stream.concat(
                cases("pool", PoolConfig::builder, PoolConfig.Builder.class),
                cases("jdbc", NullArgumentsTest::jdbc, JdbcBuilder.class));
    }

    private static Stream<Case> cases(String name, Supplier<?> builder, Class<?> type) {
        return Arrays.stream(type.getMethods())
                .filter(it -> PublicClasses.isVisible(it) && it.getReturnType() == type)
                .filter(it -> Arrays.stream(it.getParameterTypes()).noneMatch(Class::isPrimitive))
                .flatMap(it ->
                        Stream.of(false, it.isVarArgs()).distinct().map(whole -> new Case(name, builder, it, whole)));
    }

    private static JdbcBuilder<JdbcConfig> jdbc() {
        return JdbcConfig.builder().url("jdbc:h2:mem:nulls");
    }

    @ParameterizedTest
    @MethodSource("functions")
    void nullIsReportedOrMeansSomething(Case of) throws IllegalAccessException {
        Object builder = of.call();
        List<String> problems =
                builder instanceof PoolConfig.Builder pool ? pool.problems() : ((JdbcBuilder<?>) builder).problems();
        if (ALLOWED.contains(of.function.getName())) {
            assertEquals(List.of(), problems);
            return;
        }
        String property = of.function.getName().equals("property") ? "properties.null" : of.function.getName();
        assertEquals(List.of(property + " is null; set it, or leave it out"), problems);
    }

    @Test
    void everyReferenceParameterIsTried() {
        Set<String> tried =
                new TreeSet<>(functions().map(it -> it.function.getName()).toList());
        assertTrue(tried.containsAll(ALLOWED), tried.toString());
        assertTrue(
                tried.containsAll(List.of("password", "url", "properties", "initSql", "hooks", "name")),
                tried.toString());
    }

    @Test
    void aMissingPasswordVariableIsNamed() {
        var builder = RockpoolDataSource.builder()
                .url("jdbc:h2:mem:nulls")
                .password(System.getenv("ROCKPOOL_NO_SUCH_VARIABLE"));
        var thrown = assertThrows(InvalidConfigException.class, builder::build);
        assertEquals("pool 'pool' is misconfigured: password is null; set it, or leave it out", thrown.getMessage());
        assertEquals(List.of(), builder.password("found").problems());
    }

    @Test
    void nullsInsideMapsAndListsAreNamed() {
        Map<String, String> properties = new HashMap<>();
        properties.put("sslmode", null);
        assertEquals(
                List.of("properties.sslmode is null; set it, or leave it out"),
                jdbc().properties(properties).problems());
        assertEquals(
                List.of("properties.null is null; set it, or leave it out"),
                jdbc().properties(Collections.singletonMap(null, "x")).problems());
        assertEquals(
                List.of("properties.user is null; set it, or leave it out"),
                jdbc().property("user", null).problems());
        assertEquals(
                List.of("resetSql is null; set it, or leave it out"),
                jdbc().resetSql("select 1", null).problems());
        assertEquals(
                List.of("url is null; set it, or leave it out"),
                JdbcConfig.builder().url(null).problems());
    }

    @Test
    void aSettingOfATestServerMustNotBeNull() {
        var thrown = assertThrows(
                IllegalArgumentException.class, () -> EmbeddedDatabase.builder().setting("work_mem", null));
        assertEquals("setting work_mem is null but must have a name and a value", thrown.getMessage());
    }

    @Test
    void aNameOfAPropertyToIgnoreCanBeNull() {
        assertEquals(
                List.of(),
                RockpoolDataSource.fromHikari(new java.util.Properties())
                        .ignoring((String) null)
                        .builder()
                        .url("jdbc:h2:mem:nulls")
                        .problems());
    }
}
