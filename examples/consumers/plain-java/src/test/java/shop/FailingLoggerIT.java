package shop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program does the same if any call of its logger throws. */
class FailingLoggerIT {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "initialize, java.lang.IllegalStateException",
        "initialize, java.lang.NoClassDefFoundError",
        "getLogger, java.lang.IllegalStateException",
        "getLogger, java.lang.ExceptionInInitializerError",
        "isEnabled, java.lang.IllegalStateException",
        "isEnabled, java.lang.StackOverflowError",
        "log, java.lang.IllegalStateException",
        "log, java.lang.OutOfMemoryError",
        "log, java.lang.InterruptedException"
    })
    void exceptionsOfALoggerHaveNoEffect(String call, String error) throws Exception {
        for (String ending : call.equals("log") ? Program.ENDINGS : List.of("close")) {
            var flags = List.of("-Dfailing.call=" + call, "-Dfailing.error=" + error);
            var output = Program.run(directory, ending, flags);
            assertTrue(output.contains("logger fails in " + call), () -> Program.text(output));
        }
    }
}
