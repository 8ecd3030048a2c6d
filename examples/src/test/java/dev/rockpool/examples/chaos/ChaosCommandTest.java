package dev.rockpool.examples.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.examples.ExitCodes;
import dev.rockpool.examples.Main;
import dev.rockpool.testing.chaos.ChaosResult;
import dev.rockpool.testing.chaos.Scenario;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChaosCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @Test
    void itPrintsATableAndWritesItsResults() throws Exception {
        Path results = folder.resolve("new/results.json");
        int exitCode = run(
                "chaos",
                "--rounds",
                "1",
                "--duration",
                "100ms",
                "--seed",
                "7",
                "--scenario",
                "sessions-killed,slow-network",
                "--output",
                results.toString());
        assertEquals(ExitCodes.GOOD, exitCode, out + "\n" + err);
        ChaosReport report = ChaosReport.fromJson(Files.readString(results));
        assertTrue(report.getPassed());
        assertEquals(7, report.getSeed());
        assertEquals(
                List.of(Scenario.SESSIONS_KILLED, Scenario.SLOW_NETWORK),
                report.getResults().stream().map(ChaosResult::getScenario).toList());
        assertTrue(out.toString().lines().anyMatch(line -> line.matches(" *slow network .* kept")), out::toString);
        assertTrue(out.toString().contains("seed: 7"), out::toString);
        assertTrue(err.toString().contains("sessions killed ..."), err::toString);
    }

    @Test
    void aBrokenPromiseIsNamed() {
        var broken = new dev.rockpool.testing.chaos.ChaosCheck("the money adds up", false, "1, expected 2");
        var result = new ChaosResult(
                Scenario.FROZEN,
                "server frozen",
                1,
                1,
                1,
                10,
                0,
                java.util.Arrays.asList(1.0, null),
                null,
                8,
                8,
                8,
                8,
                0,
                List.of(broken));
        var report = new ChaosReport(
                "1",
                "now",
                false,
                1,
                8,
                8,
                8,
                1,
                dev.rockpool.examples.drill.EnvironmentResult.here("PostgreSQL"),
                List.of(result),
                List.of());
        new ChaosTable(new PrintWriter(out, true)).print(report);
        assertTrue(out.toString().contains("BROKEN  server frozen: the money adds up: 1, expected 2"), out::toString);
        assertTrue(out.toString().contains("never"), out::toString);
        assertFalse(ChaosReport.fromJson(report.toJson()).getPassed());
    }

    @Test
    @EnabledIfSystemProperty(named = "rockpool.proof", matches = "true")
    void aPrimaryIsKilledAndNoConfirmedTransferIsLost() throws Exception {
        Path results = folder.resolve("results.json");
        int exitCode = run("chaos", "--rounds", "1", "--scenario", "primary-killed", "--output", results.toString());
        assertEquals(ExitCodes.GOOD, exitCode, out + "\n" + err);
        ChaosReport report = ChaosReport.fromJson(Files.readString(results));
        assertEquals(List.of(), report.getResults());
        assertEquals(
                List.of(ClusterScenario.PRIMARY_KILLED),
                report.getClusterResults().stream()
                        .map(ClusterResult::getScenario)
                        .toList());
        assertTrue(out.toString().lines().anyMatch(line -> line.matches(" *primary killed .* kept")), out::toString);
    }

    @Test
    void aBrokenPromiseOfAClusterIsNamed() {
        var broken = new dev.rockpool.testing.chaos.ChaosCheck("no confirmed transfer is lost", false, "1 of 9");
        var result = new ClusterResult(
                ClusterScenario.PLANNED_SWITCH, "planned switch", 1, 1, 9, 2, 1, 7, List.of(12.3), List.of(broken));
        var report = new ChaosReport(
                "1",
                "now",
                false,
                1,
                8,
                8,
                8,
                1,
                dev.rockpool.examples.drill.EnvironmentResult.here("PostgreSQL"),
                List.of(),
                List.of(result));
        new ChaosTable(new PrintWriter(out, true)).print(report);
        assertTrue(
                out.toString().contains("BROKEN  planned switch: no confirmed transfer is lost: 1 of 9"),
                out::toString);
        assertTrue(out.toString().lines().anyMatch(line -> line.matches(" *planned switch .* BROKEN")), out::toString);
        assertFalse(out.toString().contains("sessions"), out::toString);
        assertEquals(
                12.3,
                ChaosReport.fromJson(report.toJson()).getClusterResults().get(0).getMedian());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "chaos --rounds 0        | --rounds is 0 but must be at least 1",
                "chaos --pool-size 2     | --pool-size is 2 but must be at least 3",
                "chaos --duration 0s     | --duration is 0s but must be at least 1ms",
                "chaos --output /proc/none/r.json | --output is /proc/none/r.json but no file can be written there",
            })
    void aWrongOptionGetsOneLineAndExitCode2(String commandLine, String complaint) {
        assertEquals(ExitCodes.WRONG_OPTIONS, run(commandLine.split(" ")));
        assertEquals("error: " + complaint, err.toString().strip());
    }

    @Test
    void anUnknownScenarioIsAnsweredWithTheKnownOnes() {
        assertEquals(ExitCodes.WRONG_OPTIONS, run("chaos", "--scenario", "flood"));
        assertTrue(err.toString().contains("'flood' is not one of sessions-killed, restarted-fast"), err::toString);
    }

    @Test
    void theHelpNamesEachScenario() {
        assertEquals(ExitCodes.GOOD, run("chaos", "--help"));
        String help = out.toString().replaceAll("\\s+", " ");
        for (Enum<?> scenario : Scenarios.all())
            assertTrue(help.contains(Scenarios.name(scenario)), () -> scenario + " is missing in " + help);
    }

    @Test
    void aProgramThatGetsStoppedRunsAsAChildAndReturnsItsExitCode() {
        assertEquals(ExitCodes.WRONG_OPTIONS, ChildProcess.run(Main.class, List.of("chaos", "--rounds", "0")));
        assertFalse(ChildProcess.isThis());
    }

    private int run(String... args) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }
}
