package dev.rockpool.examples.bench.cases;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.examples.bench.driver.IdleDriver;
import dev.rockpool.examples.bench.peer.JdbcPeer;
import dev.rockpool.examples.bench.peer.OpenPool;
import dev.rockpool.examples.bench.peer.Room;
import dev.rockpool.examples.bench.peer.Target;
import java.sql.Connection;
import java.sql.PreparedStatement;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IdleTest {
    @ParameterizedTest
    @EnumSource
    void everyPoolOpensLendsAndTakesBackItsConnections(JdbcPeer peer) throws Exception {
        int openBefore = IdleDriver.open();
        try (OpenPool pool = Idle.filled(peer, Target.NOTHING, Room.of(3))) {
            for (int i = 0; i < 100; i++) {
                Connection lent = pool.dataSource().getConnection();
                try (PreparedStatement statement = lent.prepareStatement("select 1")) {
                    assertFalse(statement.execute());
                }
                lent.close();
                assertTrue(lent.isClosed());
            }
            assertEquals(3, IdleDriver.open() - openBefore);
        }
        Idle.awaitClosed(openBefore); // c3p0 closes later, which would disturb the next pool's count
    }
}
