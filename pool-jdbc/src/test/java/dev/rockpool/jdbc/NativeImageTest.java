package dev.rockpool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import dev.rockpool.Pool;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kotlinx.serialization.json.Json;
import kotlinx.serialization.json.JsonArray;
import kotlinx.serialization.json.JsonElement;
import kotlinx.serialization.json.JsonElementKt;
import kotlinx.serialization.json.JsonObject;
import org.junit.jupiter.api.Test;

/** The metadata for native images names existing members, and every class that uses reflection has an entry. */
class NativeImageTest {
    private static final List<String> FOLDERS = List.of("rockpool", "rockpool-jdbc");

    /** Methods that only newer JDKs have. */
    private static final Map<String, Integer> SINCE = Map.of("isVirtual", 21, "newVirtualThreadPerTaskExecutor", 21);

    /** Methods that look up a member by name or define a class. */
    private static final Set<String> REFLECTIVE = Set.of(
            "java.lang.Class.forName",
            "java.lang.Class.getMethod",
            "java.lang.Class.getMethods",
            "java.lang.Class.getDeclaredMethod",
            "java.lang.Class.getDeclaredMethods",
            "java.lang.Class.getField",
            "java.lang.Class.getDeclaredField",
            "java.lang.Class.getConstructor",
            "java.lang.Class.getDeclaredConstructor",
            "java.lang.ClassLoader.loadClass",
            "java.lang.reflect.Proxy.newProxyInstance",
            "java.lang.invoke.MethodHandles$Lookup.findVirtual",
            "java.lang.invoke.MethodHandles$Lookup.findStatic",
            "java.lang.invoke.MethodHandles$Lookup.findVarHandle",
            "java.util.concurrent.atomic.AtomicIntegerFieldUpdater.newUpdater",
            "java.util.concurrent.atomic.AtomicLongFieldUpdater.newUpdater",
            "java.util.concurrent.atomic.AtomicReferenceFieldUpdater.newUpdater");

    @Test
    void everyMemberExists() throws Exception {
        for (JsonObject entry : entries("reflect-config.json")) {
            Class<?> type = load(text(entry, "name"));
            for (JsonElement field : array(entry, "fields")) assertNotNull(type.getDeclaredField(text(field, "name")));
            for (JsonElement method : array(entry, "methods")) checkMethod(type, method);
        }
    }

    private static void checkMethod(Class<?> type, JsonElement method) throws Exception {
        Class<?>[] parameters = array(method, "parameterTypes").stream()
                .map(parameter -> load(JsonElementKt.getJsonPrimitive(parameter).getContent()))
                .toArray(Class<?>[]::new);
        String name = text(method, "name");
        if (SINCE.getOrDefault(name, 0) > Runtime.version().feature()) return;
        if (name.equals("<init>")) assertNotNull(type.getDeclaredConstructor(parameters));
        else assertNotNull(type.getMethod(name, parameters));
    }

    @Test
    void everyProxyCanBeCreated() throws Exception {
        for (JsonObject entry : entries("proxy-config.json")) {
            Class<?>[] types = array(entry, "interfaces").stream()
                    .map(name -> load(JsonElementKt.getJsonPrimitive(name).getContent()))
                    .toArray(Class<?>[]::new);
            assertNotNull(Proxy.newProxyInstance(getClass().getClassLoader(), types, (proxy, method, args) -> null));
        }
    }

    @Test
    void everyClassThatUsesReflectionHasAnEntry() throws Exception {
        Set<String> described = Stream.concat(
                        entries("reflect-config.json").stream(), entries("proxy-config.json").stream())
                .map(entry -> text(entry.get("condition"), "typeReachable"))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> reflective = Production.CLASSES.stream()
                .filter(type -> type.getAccessesFromSelf().stream().anyMatch(NativeImageTest::isReflective))
                .map(type -> topLevel(type.getName()))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(described, reflective);
    }

    @Test
    void everyFieldBehindAHandleIsNamed() throws Exception {
        Map<String, Long> named = new TreeMap<>();
        for (JsonObject entry : entries("reflect-config.json"))
            if (!array(entry, "fields").isEmpty())
                named.put(text(entry, "name"), (long) array(entry, "fields").size());
        Map<String, Long> handles = new TreeMap<>();
        Production.CLASSES.forEach(type -> {
            long found = type.getFields().stream()
                    .map(field -> field.getRawType().getName())
                    .filter(name -> name.endsWith(".VarHandle") || name.endsWith("FieldUpdater"))
                    .count();
            if (found > 0) handles.merge(topLevel(type.getName()), found, Long::sum);
        });
        assertEquals(handles, named);
    }

    /** The classes of both modules. Others need not be read to know their names. */
    private static final class Production {
        static final JavaClasses CLASSES = ArchConfiguration.withThreadLocalScope(configuration -> {
            configuration.setResolveMissingDependenciesFromClassPath(false);
            var locations = Stream.of(Pool.class, JdbcPool.class)
                    .map(type -> Location.of(
                            type.getProtectionDomain().getCodeSource().getLocation()));
            return new ClassFileImporter().importLocations(locations.toList());
        });
    }

    private static boolean isReflective(JavaAccess<?> access) {
        return REFLECTIVE.contains(access.getTargetOwner().getName() + "." + access.getName());
    }

    private static String topLevel(String name) {
        return name.replaceFirst("\\$.*", "");
    }

    private static List<JsonObject> entries(String file) throws IOException {
        return FOLDERS.stream()
                .map(folder -> "/META-INF/native-image/dev.rockpool/" + folder + "/" + file)
                .map(NativeImageTest::read)
                .flatMap(text -> JsonElementKt.getJsonArray(Json.Default.parseToJsonElement(text)).stream())
                .map(JsonElementKt::getJsonObject)
                .toList();
    }

    private static String read(String resource) {
        try (InputStream stream = NativeImageTest.class.getResourceAsStream(resource)) {
            return stream == null ? "[]" : new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<JsonElement> array(JsonElement entry, String name) {
        JsonElement found = JsonElementKt.getJsonObject(entry).get(name);
        return found == null ? List.of() : List.copyOf((JsonArray) found);
    }

    private static String text(JsonElement entry, String name) {
        JsonElement found = JsonElementKt.getJsonObject(entry).get(name);
        assertNotNull(found, () -> "no " + name + " in " + entry);
        return JsonElementKt.getJsonPrimitive(found).getContent();
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, NativeImageTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError("there is no " + name, e);
        }
    }
}
