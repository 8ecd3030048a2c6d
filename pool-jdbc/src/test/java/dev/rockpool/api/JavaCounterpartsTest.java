package dev.rockpool.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.BlockingConnectionFactory;
import dev.rockpool.BlockingConnectionHooks;
import dev.rockpool.BlockingPreparer;
import dev.rockpool.ConnectionFactory;
import dev.rockpool.ConnectionHooks;
import dev.rockpool.KeyedPool;
import dev.rockpool.Pool;
import dev.rockpool.PoolConfig;
import dev.rockpool.PoolSettings;
import dev.rockpool.Preparer;
import dev.rockpool.ShardedPool;
import dev.rockpool.SharedPool;
import dev.rockpool.blocking.BlockingKeyedPool;
import dev.rockpool.blocking.BlockingPool;
import dev.rockpool.blocking.BlockingShardedPool;
import dev.rockpool.blocking.BlockingSharedPool;
import dev.rockpool.dashboard.Dashboard;
import dev.rockpool.dashboard.DashboardBuilder;
import dev.rockpool.jdbc.BalancedDataSource;
import dev.rockpool.jdbc.BalancedJdbcPool;
import dev.rockpool.jdbc.ClusterDataSource;
import dev.rockpool.jdbc.DataSourceView;
import dev.rockpool.jdbc.JdbcBuilder;
import dev.rockpool.jdbc.JdbcCluster;
import dev.rockpool.jdbc.JdbcPool;
import dev.rockpool.jdbc.JdbcSettings;
import dev.rockpool.jdbc.JdbcView;
import dev.rockpool.jdbc.RockpoolDataSource;
import dev.rockpool.jdbc.ShardedDataSource;
import dev.rockpool.jdbc.ShardedJdbcPool;
import dev.rockpool.jdbc.Transaction;
import dev.rockpool.jdbc.TransactionScope;
import dev.rockpool.monitor.AlertRule;
import dev.rockpool.monitor.AlertSettings;
import dev.rockpool.monitor.Figure;
import dev.rockpool.monitor.MonitorSettings;
import dev.rockpool.monitor.PoolMonitor;
import dev.rockpool.testing.PoolPerTest;
import dev.rockpool.testing.PoolTestScope;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kotlin.Metadata;
import kotlin.jvm.JvmClassMappingKt;
import kotlin.reflect.KClass;
import kotlin.reflect.KFunction;
import kotlin.reflect.KProperty;
import kotlin.reflect.KVisibility;
import kotlin.reflect.jvm.ReflectJvmMapping;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Everything public in Kotlin but hidden from Java has a counterpart for Java under the same plain name: in the same
 * class, or in the class that Java uses instead. So each suspending function has a blocking counterpart.
 */
class JavaCounterpartsTest {
    /** What Java uses instead of a class with suspending functions, or with properties set in a lambda. */
    private static final Map<Class<?>, Class<?>> FOR_JAVA = Map.ofEntries(
            Map.entry(Pool.class, BlockingPool.class),
            Map.entry(KeyedPool.class, BlockingKeyedPool.class),
            Map.entry(ShardedPool.class, BlockingShardedPool.class),
            Map.entry(SharedPool.class, BlockingSharedPool.class),
            Map.entry(ConnectionFactory.class, BlockingConnectionFactory.class),
            Map.entry(ConnectionHooks.class, BlockingConnectionHooks.class),
            Map.entry(Preparer.class, BlockingPreparer.class),
            Map.entry(PoolSettings.class, PoolConfig.Builder.class),
            Map.entry(JdbcSettings.class, JdbcBuilder.class),
            Map.entry(JdbcPool.class, RockpoolDataSource.class),
            Map.entry(JdbcCluster.class, ClusterDataSource.class),
            Map.entry(BalancedJdbcPool.class, BalancedDataSource.class),
            Map.entry(ShardedJdbcPool.class, ShardedDataSource.class),
            Map.entry(JdbcView.class, DataSourceView.class),
            Map.entry(TransactionScope.class, Transaction.class),
            Map.entry(MonitorSettings.class, PoolMonitor.Builder.class),
            Map.entry(AlertSettings.class, AlertRule.class),
            Map.entry(Dashboard.class, DashboardBuilder.class));

    /** Functions with another name: the name was taken, or the function is infix. */
    private static final Map<String, String> NAMED_OTHERWISE = Map.of(
            "Lease.release", "close", "ChaosSubject.withConnection", "connection", "AlertSettings.above", "getAbove");

    /** Java has no flows. A loop inside {@code withConnection} does the same. */
    private static final Set<String> FLOWS = Set.of("JdbcPool.flow", "BalancedJdbcPool.flow", "JdbcView.flow");

    /** Java names the constants of the enum. */
    private static final Set<String> FIGURES = Arrays.stream(Figure.values())
            .map(it -> "GET" + it.name().replace("_", ""))
            .collect(Collectors.toSet());

    /** For Kotest and virtual time. Java tests use {@code RockpoolExtension}. */
    private static final Set<String> KOTLIN_TESTS = Set.of(
            PoolPerTest.class.getName(),
            PoolTestScope.class.getName(),
            "dev.rockpool.testing.PoolPerTestKt",
            "dev.rockpool.testing.PoolTestKt");

    @ParameterizedTest
    @EnumSource
    void whatIsHiddenFromJavaHasACounterpart(Module module) {
        List<String> missing = module.publicClasses().stream()
                .filter(PublicClasses::isPublicToKotlin)
                .filter(type -> !KOTLIN_TESTS.contains(type.getName()))
                .flatMap(JavaCounterpartsTest::missingFor)
                .toList();
        assertEquals(List.of(), missing);
    }

    @ParameterizedTest
    @EnumSource
    void javaCanCreateWhatKotlinCan(Module module) {
        List<String> missing = module.publicClasses().stream()
                .filter(type -> !PublicClasses.isFile(type) && type.isAnnotationPresent(Metadata.class))
                .filter(PublicClasses::isPublicToKotlin)
                .filter(type -> !KOTLIN_TESTS.contains(type.getName()))
                .filter(type -> isCreatedInKotlin(type) && !isCreatedInJava(type))
                .map(Class::getName)
                .toList();
        assertEquals(List.of(), missing);
    }

    @Test
    void theseRulesFindCandidates() {
        assertTrue(hidden(PoolConfig.class).contains("getAcquireTimeout"));
        assertTrue(hidden(Pool.class).contains("acquire"));
        assertTrue(hidden(JdbcSettings.class).contains("setPassword"));
        assertTrue(hidden(fileOf("dev.rockpool.PoolKt")).contains("withConnection"));
        assertEquals(List.of(), missingFor(PoolConfig.class).toList());
        assertTrue(isCreatedInKotlin(dev.rockpool.PoolEvent.Opened.class));
    }

    private static Stream<String> missingFor(Class<?> type) {
        Set<String> plain = namesForJava(type);
        return hidden(type).stream()
                .filter(name -> !FLOWS.contains(type.getSimpleName() + "." + name))
                .filter(name -> type != AlertSettings.class || !FIGURES.contains(name.toUpperCase(Locale.ROOT)))
                .filter(name -> !plain.contains(NAMED_OTHERWISE.getOrDefault(type.getSimpleName() + "." + name, name))
                        && !plain.contains(propertyOf(name)))
                .map(name -> type.getName() + "." + name);
    }

    /** The plain names of everything that only Kotlin can call. For an accessor it is the name of the property. */
    private static Set<String> hidden(Class<?> type) {
        Set<String> names = new HashSet<>();
        if (PublicClasses.isFile(type)) {
            for (Method method : type.getDeclaredMethods()) {
                KFunction<?> function = ReflectJvmMapping.getKotlinFunction(method);
                if (function != null && function.getVisibility() == KVisibility.PUBLIC && method.isSynthetic())
                    names.add(function.getName());
            }
            return names;
        }
        if (!type.isAnnotationPresent(Metadata.class)) return names;
        KClass<?> kotlin = JvmClassMappingKt.getKotlinClass(type);
        kotlin.getMembers().stream()
                .filter(member -> member.getVisibility() == KVisibility.PUBLIC)
                .filter(member -> !(type.isEnum() && member.getName().equals("entries")))
                .forEach(member -> {
                    if (member instanceof KFunction<?> function) {
                        Method method = ReflectJvmMapping.getJavaMethod(function);
                        // A companion's invoke acts as a constructor: see javaCanCreateWhatKotlinCan.
                        if (isHidden(method) && !function.getName().equals("invoke")) names.add(function.getName());
                    } else if (member instanceof KProperty<?> property) {
                        String name = property.getName();
                        if (isHidden(ReflectJvmMapping.getJavaGetter(property))) names.add(accessor("get", name));
                        if (property instanceof kotlin.reflect.KMutableProperty<?> mutable
                                && isHidden(ReflectJvmMapping.getJavaSetter(mutable))) names.add(accessor("set", name));
                    }
                });
        return names;
    }

    private static boolean isHidden(Method method) {
        return method != null
                && method.isSynthetic()
                && method.getDeclaringClass().getName().startsWith("dev.rockpool.");
    }

    private static String accessor(String verb, String property) {
        if (property.matches("is[A-Z].*")) return verb.equals("get") ? property : verb + property.substring(2);
        return verb + property.substring(0, 1).toUpperCase() + property.substring(1);
    }

    /** Builders and Java views name their functions like the property. */
    private static String propertyOf(String accessor) {
        if (!accessor.matches("[gs]et[A-Z].*")) return accessor;
        String rest = accessor.substring(3);
        return rest.equals(rest.toUpperCase()) ? rest : rest.substring(0, 1).toLowerCase() + rest.substring(1);
    }

    /** Names that Java can call or read in a class and in its Java counterpart. */
    private static Set<String> namesForJava(Class<?> type) {
        Set<String> names = new HashSet<>();
        List<Class<?>> places = PublicClasses.isFile(type) ? receiversIn(type) : List.copyOf(Supertypes.of(type));
        if (PublicClasses.isFile(type)) names.addAll(namesIn(type));
        for (Class<?> place : places) {
            addNames(place, names);
            if (FOR_JAVA.containsKey(place)) addNames(FOR_JAVA.get(place), names);
            Class<?> outer = place.getEnclosingClass();
            if (place.getSimpleName().equals("Companion") && FOR_JAVA.containsKey(outer))
                addNames(FOR_JAVA.get(outer), names);
        }
        return names;
    }

    /** The functions of this file for Java, and the types that they create: a function may be named like its type. */
    private static List<String> namesIn(Class<?> file) {
        return Arrays.stream(file.getDeclaredMethods())
                .filter(method -> Modifier.isStatic(method.getModifiers()) && PublicClasses.isVisible(method))
                .flatMap(method ->
                        Stream.of(method.getName(), method.getReturnType().getSimpleName()))
                .toList();
    }

    private static void addNames(Class<?> type, Set<String> names) {
        for (Method method : type.getMethods()) if (PublicClasses.isVisible(method)) names.add(method.getName());
        for (Field field : type.getFields()) if (PublicClasses.isVisible(field)) names.add(field.getName());
        // A function named like a class creates an instance.
        if (isCreatedInJava(type)) names.add(type.getSimpleName());
    }

    /** The types that a file's functions extend or return, where Java has their counterparts. */
    private static List<Class<?>> receiversIn(Class<?> file) {
        return Arrays.stream(file.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .<Class<?>>flatMap(method -> Stream.concat(
                        Arrays.stream(method.getParameterTypes()).limit(1), Stream.of(method.getReturnType())))
                .distinct()
                .toList();
    }

    private static boolean isCreatedInKotlin(Class<?> type) {
        if (Modifier.isAbstract(type.getModifiers())) return false;
        KClass<?> kotlin = JvmClassMappingKt.getKotlinClass(type);
        return kotlin.getConstructors().stream().anyMatch(it -> it.getVisibility() == KVisibility.PUBLIC);
    }

    /** Creates by a constructor, or by a static function of the class, its Java counterpart or its outer class. */
    private static boolean isCreatedInJava(Class<?> type) {
        if (Arrays.stream(type.getDeclaredConstructors())
                .anyMatch(it -> Modifier.isPublic(it.getModifiers()) && !it.isSynthetic())) return true;
        Class<?> outer = type.getEnclosingClass();
        return Stream.of(type, FOR_JAVA.get(type), outer)
                .filter(it -> it != null)
                .flatMap(it -> Arrays.stream(it.getDeclaredMethods()))
                .anyMatch(it -> Modifier.isStatic(it.getModifiers())
                        && PublicClasses.isVisible(it)
                        && it.getReturnType() != void.class
                        && (it.getReturnType().isAssignableFrom(type) || FOR_JAVA.get(type) == it.getReturnType()));
    }

    private static Class<?> fileOf(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
