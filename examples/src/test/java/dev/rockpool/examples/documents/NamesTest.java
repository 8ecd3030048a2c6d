package dev.rockpool.examples.documents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages for contributors, and the list of features, only name classes that exist. */
class NamesTest {
    /** Classes of other projects that these pages name. */
    private static final Set<String> FOREIGN = Set.of(
            "Channel",
            "Connection",
            "CoroutineStackFrame",
            "DataSource",
            "Dispatchers",
            "HikariConfig",
            "Mutex",
            "NonCancellable",
            "Object",
            "ReentrantLock",
            "SQLException",
            "SharedFlow",
            "Statement",
            "StampedLock",
            "SupervisorJob",
            "ThreadLocal");

    /** A class or one of its members in code: {@code Slot} or {@code Slot.abandon}. */
    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w*[a-z]\\w*)(?:\\.\\w+)?`");

    private static final Pattern DECLARED =
            Pattern.compile("\\b(?:class|interface|object|enum|record|fun) (?:<[^>]*> )?([A-Z]\\w*)");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CONTRIBUTING.md",
                "docs/design.md",
                "docs/internals.md",
                "docs/decisions.md",
                "docs/benchmarks/experiments.md",
                "docs/features.md"
            })
    void everyClassThatAPageNamesExists(String page) throws IOException {
        Set<String> named = new TreeSet<>();
        NAMED.matcher(String.join("\n", Pages.prose(Pages.ROOT.resolve(page))))
                .results()
                .forEach(match -> named.add(match.group(1)));
        named.removeAll(FOREIGN);
        named.removeAll(declared());
        assertEquals(Set.of(), named);
    }

    private static Set<String> declared() throws IOException {
        Set<String> names = new TreeSet<>();
        Files.walkFileTree(Pages.ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                boolean built = folder.endsWith("target") || folder.endsWith(".git");
                return built ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                String name = file.getFileName().toString();
                if (!name.matches(".*\\.(kt|java)")) return FileVisitResult.CONTINUE;
                names.add(name.replaceFirst("\\..*", ""));
                DECLARED.matcher(Files.readString(file)).results().forEach(match -> names.add(match.group(1)));
                return FileVisitResult.CONTINUE;
            }
        });
        assertTrue(names.contains("RockpoolDataSource"), "the sources were not found");
        return names;
    }
}
