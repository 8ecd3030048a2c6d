package dev.rockpool.examples.samples;

import dev.rockpool.jdbc.DataSourceView;
import dev.rockpool.jdbc.JdbcPreparers;
import dev.rockpool.jdbc.RockpoolDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A service for many tenants, each with a schema of its own, through one pool. Requests have places that nightly reports
 * cannot take.
 */
public final class TenantDesk implements AutoCloseable {
    /** Whose orders these are. */
    public record Tenant(String name) {
        String schema() {
            return "tenant_" + name;
        }
    }

    private final RockpoolDataSource database;
    private final DataSourceView requests;
    private final DataSourceView reports;

    public TenantDesk(String url) {
        // region tenants
        database = RockpoolDataSource.builder()
                .name("tenants")
                .url(url)
                .maxSize(4)
                .preparer(JdbcPreparers.searchPath(tag -> ((Tenant) tag).schema()))
                .build();
        requests = database.callers("requests", 4, 2);
        reports = database.callers("reports", 2);
        // endregion
    }

    /** Creates the schema of a tenant, through a connection without a tag. */
    public void add(Tenant tenant) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement create = connection.createStatement()) {
            create.execute("create schema if not exists " + tenant.schema());
            create.execute("create table if not exists " + tenant.schema() + ".orders (item text)");
        }
    }

    public void order(Tenant tenant, String item) throws SQLException {
        // region order
        try (Connection connection = requests.tagged(tenant).getConnection();
                PreparedStatement insert = connection.prepareStatement("insert into orders values (?)")) {
            insert.setString(1, item);
            insert.executeUpdate();
        }
        // endregion
    }

    /** How many orders a tenant has. */
    public int report(Tenant tenant) throws SQLException {
        return reports.tagged(tenant).withConnection(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("select count(*) from orders")) {
                rows.next();
                return rows.getInt(1);
            }
        });
    }

    @Override
    public void close() {
        database.close();
    }
}
