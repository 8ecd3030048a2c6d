package dev.rockpool.examples.bench.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.examples.bench.cases.SuspendingCycle;
import dev.rockpool.examples.bench.cases.SuspendingLoops;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SuspendingPeerTest {
    @ParameterizedTest
    @EnumSource
    void aCoroutineGetsAConnectionOfTheIdleDriver(SuspendingPeer peer) throws Exception {
        List<Connection> shown = new ArrayList<>();
        SuspendingPool pool = peer.open(2);
        try {
            SuspendingLoops.cycles(pool, 3, shown::add);
        } finally {
            pool.close();
        }
        assertEquals(3, shown.size());
        for (Connection each : shown) assertNotNull(each);
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
