package dev.rockpool.examples.readme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.jdbc.RockpoolDataSource;
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
    private static final String KOTLIN = "src/main/kotlin/dev/rockpool/examples/readme/KotlinService.kt";
    private static final String JAVA = "src/main/java/dev/rockpool/examples/readme/JavaService.java";

    @Test
    void theKotlinOfTheReadmeIsTheCompiledCode() throws IOException {
        assertContainsRegion(KOTLIN, "kotlin");
        assertContainsRegion(KOTLIN, "kotlin transaction");
    }

    @Test
    void theJavaOfTheReadmeIsTheCompiledCode() throws IOException {
        assertContainsRegion(JAVA, "java");
        assertContainsRegion(JAVA, "java transaction");
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

    @Test
    void theTransactionsOfTheReadmeWork() throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.start();
                var dataSource = RockpoolDataSource.builder()
                        .url(server.getJdbcUrl("postgres", "postgres"))
                        .build()) {
            dataSource.useConnection(connection -> {
                try (var statement = connection.createStatement()) {
                    statement.execute("create table account (id int primary key, balance int)");
                    statement.execute("insert into account values (1, 100), (2, 100)");
                }
            });
            int left = BuildersKt.runBlocking(
                    EmptyCoroutineContext.INSTANCE,
                    (scope, continuation) -> KotlinServiceKt.transfer(dataSource.asJdbcPool(), 1, 2, 30, continuation));
            assertEquals(70, left); // there is no table for the note
            assertEquals(60, JavaService.transfer(dataSource, 1, 2, 10));
            assertEquals(140, JavaService.transfer(dataSource, 2, 1, 0));
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
                Files.readString(README).contains("```" + region.split(" ")[0] + "\n" + code + "\n```"),
                "README.md lacks:\n" + code);
    }
}
