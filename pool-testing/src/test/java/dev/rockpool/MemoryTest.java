package dev.rockpool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Counts the bytes of idle pools, in a JVM of its own. */
class MemoryTest {
    private static final long POOL = 8_400;
    private static final long SLOT = 200;

    @Test
    void anIdlePoolAndASlotAreSmall() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process jvm = new ProcessBuilder(
                        java,
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        IdlePools.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertTrue(jvm.waitFor(50, TimeUnit.SECONDS), "the JVM does not end");
        String said = new String(jvm.getInputStream().readAllBytes()).strip();
        assertEquals(0, jvm.exitValue(), said);
        String[] bytes = said.split(" ");
        assertTrue(Long.parseLong(bytes[0]) <= POOL, "an idle pool takes " + bytes[0] + " bytes, at most " + POOL);
        assertTrue(Long.parseLong(bytes[1]) <= SLOT, "a slot takes " + bytes[1] + " bytes, at most " + SLOT);
    }
}
