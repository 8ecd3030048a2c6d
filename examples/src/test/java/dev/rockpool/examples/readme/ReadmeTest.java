package dev.rockpool.examples.readme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kotlin.coroutines.EmptyCoroutineContext;
import kotlinx.coroutines.BuildersKt;
import org.junit.jupiter.api.Test;

/** The README's code is the compiled code of this package, and it works. */
class ReadmeTest {
    private static final Path README = Path.of("../README.md");

    @Test
    void theKotlinOfTheReadmeIsTheCompiledCode() throws IOException {
        assertContainsRegion("src/main/kotlin/dev/rockpool/examples/readme/KotlinService.kt", "kotlin");
    }

    @Test
    void theJavaOfTheReadmeIsTheCompiledCode() throws IOException {
        assertContainsRegion("src/main/java/dev/rockpool/examples/readme/JavaService.java", "java");
    }

    @Test
    void theCodeOfTheReadmeWorks() throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.start()) {
            try (var connection = server.getPostgresDatabase().getConnection();
                    var statement = connection.createStatement()) {
                statement.execute("create table orders (id int generated always as identity)");
            }
            String url = server.getJdbcUrl("postgres", "postgres");
            int before = BuildersKt.runBlocking(
                    EmptyCoroutineContext.INSTANCE,
                    (scope, continuation) -> KotlinServiceKt.countAndAddOrder(url, continuation));
            assertEquals(0, before);
            assertEquals(1, JavaService.countOrders(url));
        }
    }

    private static void assertContainsRegion(String file, String region) throws IOException {
        List<String> source = Files.readAllLines(Path.of(file));
        int start = source.indexOf("    // region " + region) + source.indexOf("        // region " + region) + 2;
        List<String> lines = source.subList(start, source.size()).stream()
                .takeWhile(line -> !line.strip().equals("// endregion"))
                .toList();
        int indent = lines.get(0).length() - lines.get(0).stripLeading().length();
        String code = String.join(
                "\n",
                lines.stream()
                        .map(line -> line.substring(Math.min(indent, line.length())))
                        .toList());
        assertTrue(
                Files.readString(README).contains("```" + region + "\n" + code + "\n```"), "README.md lacks:\n" + code);
    }
}
