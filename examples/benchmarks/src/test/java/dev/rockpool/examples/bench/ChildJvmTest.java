package dev.rockpool.examples.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import org.junit.jupiter.api.Test;

class ChildJvmTest {
    @Test
    void theFailureOfACandidateReachesTheReport() {
        ForkFailure failure = assertThrows(
                ForkFailure.class, () -> child("spike", "oracle", 60).run());
        assertEquals("java.lang.IllegalArgumentException: no pool is called oracle", failure.getMessage());
        assertFalse(failure.hung());
    }

    @Test
    void aCandidateThatTakesTooLongIsStopped() {
        ForkFailure failure = assertThrows(
                ForkFailure.class, () -> child("idle", "rockpool", 0.1).run());
        assertTrue(failure.hung());
        assertEquals("not done after 0 s", failure.getMessage());
    }

    @Test
    void aJvmAsksForARestartAndWaitsForTheAnswer() {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        new ServerLink(new BufferedReader(new StringReader("done\n")), new PrintStream(said)).restart();
        assertEquals("@restart", said.toString().trim());
        ServerLink refused = new ServerLink(new BufferedReader(new StringReader("no disk\n")), new PrintStream(said));
        assertTrue(assertThrows(IllegalStateException.class, refused::restart)
                .getMessage()
                .endsWith("no disk"));
    }

    private static ChildJvm child(String benchCase, String candidate, double limitSeconds) {
        ForkInput input = new ForkInput(benchCase, candidate, true, 1, 1, 1, null, null, null);
        return new ChildJvm(input, limitSeconds, () -> {});
    }
}
