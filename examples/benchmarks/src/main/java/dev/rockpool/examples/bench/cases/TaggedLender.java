package dev.rockpool.examples.bench.cases;

import dev.rockpool.jdbc.RockpoolDataSource;
import java.sql.Connection;
import java.sql.SQLException;

/** Takes a connection that is prepared for a tenant. */
final class TaggedLender implements Lender {
    private final RockpoolDataSource pool;
    private final Zipf tenants;

    TaggedLender(RockpoolDataSource pool, Zipf tenants) {
        this.pool = pool;
        this.tenants = tenants;
    }

    @Override
    public Connection take() throws SQLException {
        return pool.tagged(TagsCase.schema(tenants.next())).getConnection();
    }

    @Override
    public void giveBack(Connection connection) throws SQLException {
        connection.close();
    }
}
