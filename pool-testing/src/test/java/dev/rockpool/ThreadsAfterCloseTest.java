package dev.rockpool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Application servers warn about threads left after a redeploy. This test runs in its own JVM, because other tests have
 * pools.
 */
class ThreadsAfterCloseTest {
    @Test
    void noThreadOfThePoolIsAliveWhenCloseReturns() throws Exception {
        Process jvm = jvm();
        assertTrue(jvm.waitFor(50, TimeUnit.SECONDS), "the JVM does not end");
        String said = new String(jvm.getInputStream().readAllBytes());
        assertEquals(0, jvm.exitValue(), said);
        List<String> lines =
                said.lines().filter(line -> line.startsWith("left")).toList();
        assertEquals(Collections.nCopies(6, "left []"), lines, said);
        assertFalse(said.contains("Exception"), said);
    }

    private static Process jvm() throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PoolsThatClose.class.getName())
                .redirectErrorStream(true)
                .start();
    }
}
