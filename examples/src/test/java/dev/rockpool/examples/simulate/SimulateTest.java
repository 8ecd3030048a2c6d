package dev.rockpool.examples.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.examples.ExitCodes;
import dev.rockpool.examples.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class SimulateTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    @Test
    void manySeedsAreRunAndCounted() {
        assertEquals(ExitCodes.GOOD, run("simulate", "--seeds", "5", "--first", "7", "--threads", "2"));
        assertTrue(out.toString().startsWith("5 seeds from 7, "), out::toString);
    }

    @Test
    void oneSeedIsTracedStepByStep() {
        assertEquals(ExitCodes.GOOD, run("simulate", "--trace", "1"));
        assertTrue(out.toString().contains("step 1:"), out::toString);
        assertTrue(out.toString().contains("no law was broken"), out::toString);
    }

    @Test
    void wrongOptionsAreReported() {
        assertEquals(ExitCodes.WRONG_OPTIONS, run("simulate", "--seeds", "0"));
        assertEquals(ExitCodes.WRONG_OPTIONS, run("simulate", "--threads", "0"));
        assertTrue(err.toString().contains("--threads is 0 but must be at least 1"), err::toString);
    }
}
