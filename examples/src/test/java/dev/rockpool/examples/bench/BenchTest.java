package dev.rockpool.examples.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.examples.ExitCodes;
import dev.rockpool.examples.Main;
import dev.rockpool.examples.bench.driver.IdleDataSource;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.openjdk.jmh.infra.Blackhole;

class BenchTest {
    /** Needs JMH's own password, as only JMH makes them otherwise. */
    private static final String BLACKHOLE_PASSWORD =
            "Today's password is swordfish. I understand instantiating Blackholes directly is dangerous.";

    @ParameterizedTest
    @EnumSource
    void everyPoolLendsAConnectionOfTheIdleDriverAndTakesItBack(Contender pool) throws Exception {
        int openedBefore = IdleDataSource.opened();
        ConnectionCycle benchmark = new ConnectionCycle();
        benchmark.pool = pool;
        benchmark.open();
        try {
            for (int i = 0; i < 100; i++) {
                Connection returned = benchmark.cycle();
                assertTrue(returned.isClosed());
            }
            assertEquals(Contender.SIZE, IdleDataSource.opened() - openedBefore);
        } finally {
            benchmark.close();
        }
    }

    @Test
    void aCoroutineGetsAConnectionOfTheIdleDriverToo() {
        int openedBefore = IdleDataSource.opened();
        SuspendingCycle benchmark = new SuspendingCycle();
        benchmark.open();
        try {
            benchmark.cycles(new Blackhole(BLACKHOLE_PASSWORD));
            int opened = IdleDataSource.opened() - openedBefore;
            assertTrue(1 <= opened && opened <= Contender.SIZE, () -> opened + " connections were opened");
        } finally {
            benchmark.close();
        }
    }

    @Test
    void jmhFindsEveryBenchmark() throws Exception {
        try (var list = ConnectionCycle.class.getResourceAsStream("/META-INF/BenchmarkList")) {
            String names = new String(list.readAllBytes());
            for (Candidate candidate : Candidate.all()) {
                assertTrue(names.contains(candidate.benchmark().getName()), candidate.title());
                assertFalse(
                        candidate.title().contains("null") || candidate.title().contains("${"), candidate.title());
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bench --forks 0       | --forks is 0 but must be at least 1",
                "bench --forks 101     | --forks is 101 but must be at most 100",
                "bench --forks many    | Invalid value for option '--forks': 'many' is not an int",
                "bench --output        | Missing required parameter for option '--output' (<file>)",
                "bench --output /proc/none/r.json | --output is /proc/none/r.json but nothing can be written there",
                "bench --colour red    | Unknown options: '--colour', 'red'",
            })
    void aWrongOptionGetsOneLineAndExitCode2(String commandLine, String complaint) {
        StringWriter err = new StringWriter();
        int exitCode =
                Main.run(new PrintWriter(new StringWriter()), new PrintWriter(err, true), commandLine.split(" "));
        assertEquals(List.of("error: " + complaint), err.toString().lines().toList());
        assertEquals(ExitCodes.WRONG_OPTIONS, exitCode);
    }
}
