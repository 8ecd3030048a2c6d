package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.jdbc.RockpoolDataSource;
import dev.rockpool.jdbc.RockpoolObjectFactory;
import java.sql.Connection;
import javax.naming.Reference;
import javax.naming.StringRefAddr;
import org.junit.jupiter.api.Test;

/** A pool from the configuration of a container. */
class NamingTest {
    @Test
    void aReferenceBecomesAPool() throws Exception {
        Reference reference = new Reference("javax.sql.DataSource", RockpoolObjectFactory.class.getName(), null);
        reference.add(new StringRefAddr("url", "jdbc:h2:mem:naming;DB_CLOSE_DELAY=-1"));
        reference.add(new StringRefAddr("maxSize", "2"));
        Object found = new RockpoolObjectFactory().getObjectInstance(reference, null, null, null);
        try (RockpoolDataSource orders = (RockpoolDataSource) found;
                Connection connection = orders.getConnection()) {
            assertTrue(connection.isValid(1));
            assertEquals(2, orders.config().getPool().getMaxSize());
        }
    }
}
