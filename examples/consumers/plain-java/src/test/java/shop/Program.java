package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs the program in its own process to its end, and checks what it did. */
final class Program {
    static final Path LIBRARIES = Path.of("target/libraries");

    /** The two ways in which the program ends. */
    static final List<String> ENDINGS = List.of("close", "leave-open");

    private static final List<String> BEFORE_CLOSING = List.of(
            "answer: 42",
            "full pool: SQLTransientConnectionException",
            "after the full pool: 42",
            "lost connection: still valid: false",
            "during the outage: SQLTransientConnectionException",
            "after the outage: 42");
    private static final List<String> CLOSED = List.of(
            "closed with nothing in use: in time: true, slots: 0, closing: 0",
            "closed with a connection in use: in time: true, slots: 0, closing: 0",
            "aborted connection: closed: true",
            "end of main");
    private static final List<String> LEFT_OPEN = List.of("left open", "end of main");

    private Program() {}

    /** The lines that the program itself writes. */
    static List<String> work(String ending) {
        return Stream.concat(BEFORE_CLOSING.stream(), (ending.equals("close") ? CLOSED : LEFT_OPEN).stream())
                .toList();
    }

    /** What the process wrote to both of its streams. The process must end by itself. */
    static List<String> run(Path directory, String ending, List<String> flags) throws Exception {
        var output = directory.resolve("output").toFile();
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:TieredStopAtLevel=1");
        command.addAll(flags);
        command.addAll(List.of("-cp", LIBRARIES + "/*" + File.pathSeparator + "target/plain-java-1.jar", "shop.Shop"));
        command.add(ending);
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start();
        boolean ended;
        try {
            ended = process.waitFor(30, TimeUnit.SECONDS);
        } finally {
            process.destroyForcibly().waitFor();
        }
        var lines = Files.readAllLines(output.toPath());
        assertTrue(ended, () -> "the program did not end\n" + text(lines));
        assertEquals(0, process.exitValue(), () -> text(lines));
        assertEquals(
                work(ending), lines.stream().filter(work(ending)::contains).toList(), () -> text(lines));
        return lines;
    }

    static String text(List<String> lines) {
        return String.join("\n", lines);
    }
}
