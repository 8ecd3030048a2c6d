package dev.rockpool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Counts the classes that a pool loads up to its first row, in a JVM of its own. Each takes about 0.4 ms of a cold
 * start, and this count does not depend on the load of the machine.
 */
class ColdStartTest {
    /** The largest number of classes, by the beginning of their names. A little more than today's. */
    private static final Map<String, Integer> LIMITS = Map.of(
            "dev.rockpool.", 294,
            "kotlinx.coroutines.", 165,
            "kotlin.", 90,
            "io.github.oshai.", 25,
            "org.slf4j.", 40,
            "", 95);

    /** What must not be loaded before it is needed. Kotlin's facades are up to 700 kB each. */
    private static final List<String> NOT_NEEDED = List.of(
            "kotlin.collections.ArraysKt",
            "kotlin.collections.CollectionsKt",
            "kotlin.collections.MapsKt",
            "kotlin.sequences.",
            "kotlin.text.",
            "kotlin.reflect.",
            "kotlin.random.",
            "kotlinx.coroutines.flow.",
            "kotlinx.serialization.json.",
            "dev.rockpool.PoolTable",
            "dev.rockpool.internal.config.",
            "dev.rockpool.jdbc.internal.dispatch.",
            "dev.rockpool.jdbc.internal.transaction.");

    private static final Pattern LOADED = Pattern.compile("^(?:\\[[^]]*])* ?(\\S+) source: ");
    private static final Pattern GENERATED = Pattern.compile("\\$\\$Lambda.*|LambdaForm.*|/0x.*|\\+0x.*");

    @TempDir
    static Path logs;

    /** Those of the JVM with a pool that the one without did not load. */
    private static Set<String> ofPool;

    @BeforeAll
    static void start() throws Exception {
        Set<String> ofDriver = classesOf("driver");
        ofPool = classesOf("pool");
        ofPool.removeAll(ofDriver);
    }

    @Test
    void aPoolLoadsFewClassesUpToItsFirstRow() {
        Map<String, Set<String>> found = new TreeMap<>();
        for (String name : ofPool)
            found.computeIfAbsent(groupOf(name), group -> new TreeSet<>()).add(name);
        List<String> above = new ArrayList<>();
        found.forEach((group, names) -> {
            int limit = LIMITS.get(group);
            if (names.size() > limit)
                above.add(names.size() + " classes " + group + "..., at most " + limit + ": " + countsByPackage(names));
        });
        assertEquals("", String.join("\n", above));
    }

    private static Map<String, Integer> countsByPackage(Set<String> names) {
        Map<String, Integer> counts = new TreeMap<>();
        for (String name : names) counts.merge(name.substring(0, Math.max(0, name.lastIndexOf('.'))), 1, Integer::sum);
        return counts;
    }

    @Test
    void aPoolLoadsNothingThatItsFirstRowDoesNotNeed() {
        List<String> found = ofPool.stream()
                .filter(name -> NOT_NEEDED.stream().anyMatch(name::startsWith))
                .toList();
        assertEquals(List.of(), found);
    }

    private static String groupOf(String name) {
        return LIMITS.keySet().stream()
                .filter(group -> !group.isEmpty() && name.startsWith(group))
                .findFirst()
                .orElse("");
    }

    private static Set<String> classesOf(String how) throws IOException, InterruptedException {
        Path log = logs.resolve(how + ".log");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process jvm = new ProcessBuilder(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "-Xlog:class+load:file=" + log + "::filecount=0",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FirstRow.class.getName(),
                        how)
                .redirectErrorStream(true)
                .redirectOutput(logs.resolve(how + ".out").toFile())
                .start();
        assertTrue(jvm.waitFor(50, TimeUnit.SECONDS), "the JVM does not end");
        assertEquals(0, jvm.exitValue(), () -> outputOf(how));
        Set<String> names = new TreeSet<>();
        for (String line : Files.readAllLines(log)) {
            Matcher loaded = LOADED.matcher(line);
            if (loaded.find()) names.add(GENERATED.matcher(loaded.group(1)).replaceAll("\\$\\$generated"));
        }
        return names;
    }

    private static String outputOf(String how) {
        try {
            return Files.readString(logs.resolve(how + ".out"));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
