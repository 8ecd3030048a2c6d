package dev.rockpool.examples.faults;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.examples.ExitCodes;
import dev.rockpool.examples.Main;
import dev.rockpool.examples.ProgramFailure;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultTest {
    private static final String TEXT = """
            why: it forgets
            file: a/B.java
            caught by: simulation
            --- instead of
              one();
              two();
            --- plant
              two();
            """;

    @Test
    void aFaultReplacesExactlyItsText() {
        Fault fault = Fault.parse("forgets", TEXT);
        assertEquals("it forgets", fault.why());
        assertEquals("zero();\n  two();\nthree();", fault.plantIn("zero();\n  one();\n  two();\nthree();"));
    }

    @Test
    void aFaultWhoseTextIsMissingOrAmbiguousIsRejected() {
        Fault fault = Fault.parse("forgets", TEXT);
        assertThrows(ProgramFailure.class, () -> fault.plantIn("one();"));
        String one = "  one();\n  two();\n";
        assertThrows(ProgramFailure.class, () -> fault.plantIn(one + one));
        assertThrows(ProgramFailure.class, () -> Fault.parse("empty", "why: nothing"));
    }

    @Test
    void anUnknownFaultNameIsAWrongOption() {
        StringWriter err = new StringWriter();
        int code = Main.run(
                new PrintWriter(new StringWriter()),
                new PrintWriter(err, true),
                "faults",
                "--project",
                "..",
                "--only",
                "none such");
        assertEquals(ExitCodes.WRONG_OPTIONS, code);
        assertTrue(
                err.toString()
                        .contains("--only none such: no fault's name contains it; there are alert-resolves-at-once, "),
                err::toString);
    }

    /**
     * A change of the engine that moves the text of a fault must move the fault too. This test detects that in every
     * build.
     */
    @Test
    void everyFaultFitsTheSources() {
        Path project = Path.of("..").toAbsolutePath().normalize();
        List<Fault> faults = Fault.in(project.resolve("pool-testing/faults"));
        assertTrue(faults.size() >= 12, () -> faults.size() + " faults");
        for (Fault fault : faults)
            assertDoesNotThrow(() -> fault.plantIn(Files.readString(project.resolve(fault.file()))), fault.name());
    }

    @Test
    void theCopyHasTheFaultyModuleAndWhatItsTestsNeed() throws Exception {
        assertEquals(List.of("pool/hang-watch", "pool", "pool/tests"), modulesOfCopy("pool"));
        assertEquals(
                List.of("pool/hang-watch", "pool", "pool-testing", "pool-testing/tests", "pool/tests"),
                modulesOfCopy("pool-testing"));
        assertEquals(
                List.of(
                        "pool/hang-watch",
                        "pool",
                        "pool-testing",
                        "pool/dashboard",
                        "pool-jdbc",
                        "pool-jdbc/tests",
                        "pool-testing/tests",
                        "pool/tests",
                        "pool/dashboard/tests"),
                modulesOfCopy("pool", "pool-jdbc"));
    }

    private static List<String> modulesOfCopy(String... faulty) throws Exception {
        String pom = Scratch.parentPom(Files.readString(Path.of("../pom.xml")), Scratch.withNeeded(List.of(faulty)));
        assertFalse(pom.contains("-Werror"));
        return pom.lines()
                .map(String::strip)
                .filter(line -> line.startsWith("<module>"))
                .map(line -> line.replaceAll("</?module>", ""))
                .toList();
    }
}
