package dev.rockpool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Test classes share a JVM in any order, so they must not share an in-memory database. */
class MemoryDatabaseNamesTest {
    private static final Pattern NAME = Pattern.compile("jdbc:h2:mem:(\\w+)");

    @Test
    void eachDatabaseInMemoryBelongsToOneTestClass() throws IOException {
        Map<String, TreeSet<String>> users = new TreeMap<>();
        try (var files = Files.walk(Path.of("src/test"))) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                var names = NAME.matcher(Files.readString(file));
                while (names.find())
                    users.computeIfAbsent(names.group(1), name -> new TreeSet<>())
                            .add(file.getFileName().toString());
            }
        }
        assertFalse(users.isEmpty(), "no database in memory was found");
        users.values().removeIf(files -> files.size() == 1);
        assertEquals(Map.of(), users);
    }
}
