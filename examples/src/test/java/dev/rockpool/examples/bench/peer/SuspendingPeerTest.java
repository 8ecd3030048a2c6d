package dev.rockpool.examples.bench.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.examples.bench.cases.SuspendingCycle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openjdk.jmh.infra.Blackhole;

class SuspendingPeerTest {
    /** Needs JMH's own password, as only JMH makes them otherwise. */
    private static final String BLACKHOLE_PASSWORD =
            "Today's password is swordfish. I understand instantiating Blackholes directly is dangerous.";

    @ParameterizedTest
    @EnumSource
    void aCoroutineGetsAConnectionOfTheIdleDriver(SuspendingPeer peer) throws Exception {
        SuspendingCycle benchmark = new SuspendingCycle();
        benchmark.pool = peer;
        benchmark.open();
        try {
            benchmark.cycles(new Blackhole(BLACKHOLE_PASSWORD));
        } finally {
            benchmark.close();
        }
    }

    @Test
    void jmhFindsEveryBenchmark() throws Exception {
        try (var list = SuspendingCycle.class.getResourceAsStream("/META-INF/BenchmarkList")) {
            String names = new String(list.readAllBytes());
            for (String name : new String[] {"ConnectionCycle", "StatementCycle", "SuspendingCycle"}) {
                assertTrue(names.contains("cases." + name), names);
            }
        }
        assertEquals(SuspendingPeer.HIKARICP_IO, SuspendingPeer.named("hikaricp-io"));
    }
}
