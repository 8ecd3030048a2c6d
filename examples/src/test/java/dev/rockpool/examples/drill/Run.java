package dev.rockpool.examples.drill;

import dev.rockpool.examples.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** A program that was run in this JVM: its exit code and what it wrote. */
record Run(int exitCode, List<String> out, List<String> err) {
    static Run of(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
        return new Run(
                exitCode,
                out.toString().lines().toList(),
                err.toString().lines().toList());
    }
}
