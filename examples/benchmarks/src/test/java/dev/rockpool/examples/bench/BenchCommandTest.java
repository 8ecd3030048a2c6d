package dev.rockpool.examples.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.examples.CommandLines;
import dev.rockpool.examples.ExitCodes;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @Test
    void itMeasuresInOtherJvmsAndWritesItsResults() throws Exception {
        int exitCode = run("--case", "spike", "--peer", "hikaricp", "--forks", "1", "--output", folder.toString());
        assertEquals(ExitCodes.GOOD, exitCode, err::toString);
        BenchResult result = BenchResult.fromJson(Files.readString(folder.resolve("results.json")));
        for (String candidate : List.of("rockpool", "hikaricp")) {
            CandidateResult found = result.getCases().get(0).candidate(candidate);
            assertEquals(List.of(), found.getFailures());
            double open = found.getFigures().get("connections").getMean();
            assertTrue(5 <= open && open <= 50, () -> candidate + " has " + open + " connections");
        }
        assertTrue(Files.readString(folder.resolve("results.html")).contains("HikariCP"));
        assertTrue(out.toString().contains("connections open afterwards"), out::toString);

        StringWriter again = new StringWriter();
        String file = folder.resolve("results.json").toString();
        CommandLines.run(
                new BenchCommand(), new PrintWriter(again), new PrintWriter(err, true), "--from", file, "--markdown");
        assertTrue(again.toString().contains("### Spike"), again::toString);
    }

    @Test
    void casesAndPeersAreListed() {
        assertEquals(ExitCodes.GOOD, run("--list"));
        assertTrue(out.toString().contains("suspending-saturated"), out::toString);
        assertTrue(out.toString().contains("reactor-pool"), out::toString);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--forks 0       | --forks is 0 but must be at least 1",
                "--forks 101     | --forks is 101 but must be at most 100",
                "--forks many    | Invalid value for option '--forks': 'many' is not an int",
                "--output        | Missing required parameter for option '--output' (<folder>)",
                "--output /proc/none | --output is /proc/none but no files can be written there",
                "--peer hikaricp,oracle | --peer is oracle but must be one of rockpool, hikaricp, agroal, vibur, tomcat, dbcp2, c3p0, druid, reactor-pool, semaphore, channel, dedicated, gradient2, flexypool",
                "--colour red    | Unknown options: '--colour', 'red'",
            })
    void aWrongOptionGetsOneLineAndExitCode2(String commandLine, String complaint) {
        int exitCode = run(commandLine.split(" "));
        assertEquals(List.of("error: " + complaint), err.toString().lines().toList());
        assertEquals(ExitCodes.WRONG_OPTIONS, exitCode);
    }

    @Test
    void anUnknownCaseIsNamed() {
        assertEquals(ExitCodes.WRONG_OPTIONS, run("--case", "idle,busy"));
        assertTrue(err.toString().startsWith("error: --case is busy but must be one of connection, "), err::toString);
    }

    @Test
    void unreadableResultsAreReported() throws Exception {
        Path broken = Files.writeString(folder.resolve("broken.json"), "{}");
        assertEquals(ExitCodes.FAILED, run("--from", broken.toString()));
        assertTrue(err.toString().startsWith("error: cannot read results from "), err::toString);
    }

    @Test
    void everyCaseDescribesItselfAndItsLimits() {
        for (BenchCase each : Cases.all()) {
            assertFalse(each.about().setting().isBlank(), each.key());
            assertFalse(each.about().caveat().isBlank(), each.key());
            assertEquals("rockpool", each.candidates().get(0).key(), each.key());
            assertTrue(each.seconds(Effort.quick(3)) > 0, each.key());
            each.candidates().forEach(candidate -> assertFalse(candidate.title().contains("${"), candidate.title()));
        }
    }

    @Test
    void theQuickFormOfAllCasesTakesLessThanTenMinutes() {
        Effort effort = Effort.quick(3);
        double seconds = new Plan(Cases.quick(), Cases.quickPeers()).seconds(effort.compiling(effort.warmUpSeconds()));
        assertTrue(seconds < effort.limitSeconds(), () -> seconds + " s");
        assertTrue(Cases.peers().containsAll(Cases.quickPeers()));
    }

    private int run(String... args) {
        return CommandLines.run(new BenchCommand(), new PrintWriter(out, true), new PrintWriter(err, true), args);
    }
}
