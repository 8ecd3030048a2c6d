package dev.rockpool.jdbc;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.ReusePolicy;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import kotlinx.serialization.json.Json;
import kotlinx.serialization.json.JsonElement;
import kotlinx.serialization.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each setter for frameworks sets the setting of its name, until the pool has started. */
class BeanSettingsTest {
    /** Other names of a setting, values that JSON does not show, and values that need a class or a newer JDK. */
    private static final Set<String> ELSEWHERE = Set.of(
            "setJdbcUrl",
            "setUser",
            "setPoolName",
            "setSilenceLimit",
            "setPatience",
            "setPassword",
            "setDriverClassName",
            "setVirtualThreads",
            "setUrl");

    private final FakeDatabase database = new FakeDatabase();

    static Stream<Method> setters() {
        return Arrays.stream(BeanSettings.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers())
                        && method.getName().startsWith("set")
                        && !ELSEWHERE.contains(method.getName()));
    }

    @Test
    void allSettersAreTried() {
        assertTrue(setters().count() > 35);
    }

    @ParameterizedTest
    @MethodSource("setters")
    void aSetterSetsTheSettingOfItsName(Method setter) throws Exception {
        String name = Character.toLowerCase(setter.getName().charAt(3))
                + setter.getName().substring(4);
        try (RockpoolDataSource untouched = bean();
                RockpoolDataSource changed = bean()) {
            JsonElement before = settings(untouched).get(name);
            call(setter, changed, sample(name, setter.getParameterTypes()[0], before));
            assertNotEquals(before, settings(changed).get(name));
            Object again = sample(name, setter.getParameterTypes()[0], before);
            assertThrows(IllegalStateException.class, () -> call(setter, changed, again));
        }
    }

    private RockpoolDataSource bean() {
        RockpoolDataSource bean = new RockpoolDataSource();
        bean.setUrl(database.getUrl());
        return bean;
    }

    /** Starts the pool. */
    private static JsonObject settings(RockpoolDataSource bean) {
        return (JsonObject) Json.Default.parseToJsonElement(bean.config().toJson());
    }

    private static Object sample(String name, Class<?> type, JsonElement before) {
        if (type == boolean.class) return !String.valueOf(before).equals("true");
        if (type == int.class) return 3;
        if (type == Duration.class) return Duration.ofSeconds(7);
        if (type == ReusePolicy.class) return ReusePolicy.FIFO;
        if (type == List.class) return List.of("select 1");
        if (type == Map.class) return Map.of("ssl", "false");
        return name.equals("transactionIsolation") ? "TRANSACTION_SERIALIZABLE" : "a " + name;
    }

    private static void call(Method setter, Object bean, Object value) throws ReflectiveOperationException {
        try {
            setter.invoke(bean, value);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException failure) throw failure;
            throw e;
        }
    }
}
