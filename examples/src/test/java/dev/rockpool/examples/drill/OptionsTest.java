package dev.rockpool.examples.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rockpool.examples.ExitCodes;
import dev.rockpool.examples.VirtualThreads;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "drill --pool-size 0              | --pool-size is 0 but must be at least 1",
                "drill --pool-size 501            | --pool-size is 501 but must be at most 500",
                "drill --pool-size ten            | Invalid value for option '--pool-size': 'ten' is not an int",
                "drill --callers -3               | --callers is -3 but must be at least 1",
                "drill --callers 5000 --mode blocking | --callers is 5000 but must be at most 4000",
                "drill --duration soon            | Invalid value for option '--duration': 'soon' is not a duration such as 500ms, 20s or 1m",
                "drill --duration 0s              | --duration is 0s but must be at least 1ms",
                "drill --kill-every 5ms           | --kill-every is 5ms but must be at least 100ms",
                "drill --mode fast                | Invalid value for option '--mode': 'fast' is not one of suspend, blocking, virtual",
                "drill --user somebody            | --user is given without --url",
                "drill --password secret          | --password is given without --url",
                "drill --url jdbc:oracle:thin:@db | --url must start with jdbc:postgresql:",
                "drill --config none.yaml         | --config is none.yaml but cannot be read",
                "drill --output /proc/none/r.json | --output is /proc/none/r.json but nothing can be written there",
                "drill --colour red               | Unknown options: '--colour', 'red'",
                "drill --duration                 | Missing required parameter for option '--duration' (<time>)",
            })
    void aWrongOptionGetsOneLineAndExitCode2(String commandLine, String complaint) {
        Run run = Run.of(commandLine.split(" "));
        assertEquals(List.of("error: " + complaint), run.err());
        assertEquals(ExitCodes.WRONG_OPTIONS, run.exitCode());
    }

    @Test
    void virtualThreadsAreRejectedOnJdksWithoutThem() {
        assumeTrue(Runtime.version().feature() < VirtualThreads.FIRST_JDK);
        Run run = Run.of("drill", "--mode", "virtual");
        assertEquals(ExitCodes.WRONG_OPTIONS, run.exitCode());
        assertTrue(
                run.err().get(0).startsWith("error: --mode is virtual but needs JDK 21 or later"), run.err()::toString);
    }

    @Test
    void aMissingProgramNameIsAWrongOptionToo() {
        Run run = Run.of();
        assertEquals(ExitCodes.WRONG_OPTIONS, run.exitCode());
        assertTrue(run.err().get(0).startsWith("error: name a program: drill"), run.err()::toString);
    }

    @Test
    void helpNamesEveryOption() {
        Run run = Run.of("drill", "--help");
        assertEquals(ExitCodes.GOOD, run.exitCode());
        String help = String.join("\n", run.out());
        Stream.of("--pool-size", "--callers", "--duration", "--mode", "--workload", "--url", "--config", "--output")
                .forEach(option -> assertTrue(help.contains(option), option));
    }

    @ParameterizedTest
    @CsvSource({"500ms,500ms", "1500ms,1.5s", "20s,20s", "60s,1m", "90s,90s", "60m,1h"})
    void durationsAreFormattedAsTheyAreParsed(String given, String written) {
        assertEquals(written, Durations.format(new Durations().convert(given)));
    }
}
