package dev.rockpool.examples.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rockpool.examples.ExitCodes;
import dev.rockpool.examples.VirtualThreads;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DrillTest {
    private static final Pattern EXTERNAL =
            Pattern.compile("(?:src|href)\\s*=\\s*[\"']?\\s*(?:https?:)?//|@import|<link");

    @TempDir
    private static Path serverFolder;

    private static Server server;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startServer() throws Exception {
        server = new Server(serverFolder);
    }

    @AfterAll
    static void stopServer() throws IOException {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "suspend, transfer",
        "suspend, select",
        "blocking, transfer",
        "blocking, select",
        "virtual, transfer",
        "virtual, select"
    })
    void everyModePassesItsChecksAndWritesItsResults(String mode, String workload) throws Exception {
        assumeTrue(!mode.equals("virtual") || VirtualThreads.factory().isPresent());
        Run run = drill("--mode", mode, "--workload", workload, "--duration", "300ms", "--callers", "16");
        assertEquals(ExitCodes.GOOD, run.exitCode(), run::toString);
        DrillResult result = result();
        assertTrue(result.getPassed());
        assertTrue(result.getOperations().getCount() > 0);
        assertEquals(0, result.getOperations().getErrors());
        assertEquals(3, result.getLatency().size());
        assertFalse(result.getSeries().isEmpty());
        assertFalse(EXTERNAL.matcher(report()).find(), "the report refers to something outside");
        assertFalse(report().contains("{{"), "a placeholder of the page was not filled");
    }

    @Test
    void theDashboardIsShownWhileTheDrillRuns() {
        Run run = drill("--dashboard", "--duration", "300ms", "--callers", "8");
        assertEquals(ExitCodes.GOOD, run.exitCode(), run::toString);
        Pattern said = Pattern.compile("the pool is shown at http://127\\.0\\.0\\.1:\\d+/ with the token [\\w-]{43}");
        assertTrue(run.err().stream().anyMatch(said.asMatchPredicate()), run::toString);
    }

    @Test
    void withoutAUrlItStartsItsOwnServer() throws Exception {
        Run run = Run.of("drill", "--duration", "500ms", "--output", output());
        assertEquals(ExitCodes.GOOD, run.exitCode(), run::toString);
        assertTrue(result().getEnvironment().getDatabase().endsWith("embedded"));
    }

    @Test
    void killedSessionsAreCountedAndTheRunContinues() throws Exception {
        Run run = drill("--duration", "1s", "--kill-every", "200ms");
        assertEquals(ExitCodes.GOOD, run.exitCode(), run::toString);
        assertTrue(result().getConnections().getKilled() > 0);
        assertTrue(result().getOperations().getErrors() > 0);
    }

    @ParameterizedTest
    @CsvSource({"suspend", "blocking"})
    void noCallFailsWhileTheConfigurationFileChanges(String mode) throws Exception {
        Path config = folder.resolve("pools.yaml");
        writeConfig(config, 0);
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Integer> editor = CompletableFuture.supplyAsync(() -> edit(config, done));
        Run run = drill("--mode", mode, "--duration", "2s", "--callers", "16", "--config", config.toString());
        done.set(true);
        assertEquals(ExitCodes.GOOD, run.exitCode(), run::toString);
        assertEquals(4, result().getSettings().getPoolSize());
        assertEquals(0, result().getOperations().getErrors(), run::toString);
        assertEquals(0, result().getOperations().getTimeouts(), run::toString);
        assertTrue(editor.join() >= 2, "the connections were not replaced");
    }

    private static void writeConfig(Path config, int number) throws IOException {
        Files.writeString(config, """
                pools:
                  drill:
                    url: ${env:DRILL_URL}
                    username: ${env:DRILL_USER}
                    max_size: %d
                    init_sql: select %d
                """.formatted(4 - number % 2, number));
    }

    /** Changes the file again and again, each time when the connections have been replaced. Returns how often. */
    private static int edit(Path config, AtomicBoolean done) {
        int edits = 0;
        try (Connection connection = server.connect("editor");
                Statement statement = connection.createStatement()) {
            while (!done.get()) {
                String since = one(statement, "select clock_timestamp()");
                if (one(statement, sessionsSince("-infinity")).equals("0")) continue;
                writeConfig(config, edits + 1);
                while (!done.get() && one(statement, sessionsSince(since)).equals("0")) Thread.onSpinWait();
                if (!done.get()) edits++;
            }
            return edits;
        } catch (SQLException | IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String sessionsSince(String time) {
        return "select count(*) from pg_stat_activity where application_name like 'rockpool-drill-pool%' "
                + "and backend_start > '" + time + "'";
    }

    private static String one(Statement statement, String sql) throws SQLException {
        try (var row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void moneyThatDoesNotAddUpFailsTheDrill() throws Exception {
        CompletableFuture<Void> forger = CompletableFuture.runAsync(
                () -> untilDone("update " + TransferWorkload.TABLE + " set balance = balance + 1 where id = 1"));
        Run run = drill("--duration", "1s");
        forger.join();
        assertEquals(ExitCodes.FAILED, run.exitCode(), run::toString);
        assertEquals(List.of("the money adds up"), failedChecks());
    }

    @Test
    void moreSessionsThanAllowedFailTheDrill() throws Exception {
        List<Connection> strangers = new ArrayList<>();
        for (int i = 0; i < 3; i++)
            strangers.add(server.connect(
                    "rockpool-drill-pool-" + ProcessHandle.current().pid()));
        Run run = drill("--duration", "1s", "--pool-size", "2");
        for (Connection stranger : strangers) stranger.close();
        assertEquals(ExitCodes.FAILED, run.exitCode(), run::toString);
        assertEquals(
                List.of("never more connections than allowed", "the closed pool has no connection left"),
                failedChecks());
    }

    @Test
    void anInterruptedDrillStillHasResults() {
        StopSignal stop = new StopSignal();
        stop.give();
        Settings settings = new Settings(
                2,
                4,
                new Durations().convert("1h"),
                new Durations().convert("5s"),
                Mode.SUSPEND,
                WorkloadKind.TRANSFER,
                null,
                server.url(),
                "postgres",
                null,
                null,
                false,
                folder.resolve("results.json"));
        DrillResult result = new Drill(settings, stop, Progress.plain(new PrintWriter(Writer.nullWriter()))).run();
        assertTrue(result.getInterrupted());
        assertEquals(ExitCodes.INTERRUPTED, DrillCommand.exitCode(result));
    }

    @Test
    void aServerThatCannotBeReachedGetsOneLine() {
        Run run = Run.of("drill", "--url", "jdbc:postgresql://localhost:1/none?password=hidden", "--output", output());
        assertEquals(ExitCodes.FAILED, run.exitCode());
        assertEquals(1, complaints(run).size(), run::toString);
        assertFalse(run.toString().contains("hidden"), run::toString);
    }

    @Test
    void aWrongPasswordGetsOneLineThatDoesNotShowIt() {
        Run run = Run.of(
                "drill", "--url", server.url(), "--user", "teller", "--password", "hidden", "--output", output());
        assertEquals(ExitCodes.FAILED, run.exitCode());
        assertEquals(
                List.of("error: cannot use the database: FATAL: password authentication failed for user \"teller\""),
                complaints(run));
        assertFalse(run.toString().contains("hidden"), run::toString);
    }

    private Run drill(String... more) {
        return Run.of(Stream.concat(
                        Stream.of("drill", "--url", server.url(), "--user", "postgres", "--output", output()),
                        Stream.of(more))
                .toArray(String[]::new));
    }

    private String output() {
        return folder.resolve("results.json").toString();
    }

    private DrillResult result() throws IOException {
        return DrillResult.fromJson(Files.readString(folder.resolve("results.json")));
    }

    private String report() throws IOException {
        return Files.readString(folder.resolve("results.html"));
    }

    private List<String> failedChecks() throws IOException {
        return result().getChecks().stream()
                .filter(check -> !check.getPassed())
                .map(CheckResult::getName)
                .toList();
    }

    private static List<String> complaints(Run run) {
        return run.err().stream().filter(line -> !line.startsWith("connecting")).toList();
    }

    /** Retries until the table exists and the statement changed a row. */
    private static void untilDone(String update) {
        try (Connection connection = server.connect("forger");
                Statement statement = connection.createStatement()) {
            int changed = 0;
            while (changed == 0) changed = tryOnce(statement, update);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int tryOnce(Statement statement, String update) {
        try {
            return statement.executeUpdate(update);
        } catch (SQLException e) {
            return 0;
        }
    }
}
