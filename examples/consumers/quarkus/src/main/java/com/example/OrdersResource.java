package com.example;

import dev.rockpool.jdbc.RockpoolDataSource;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Uses the pool as any DataSource, and as a RockpoolDataSource. */
@Path("/")
public class OrdersResource {
    @Inject
    DataSource anyDataSource;

    @Inject
    RockpoolDataSource dataSource;

    @GET
    @Path("ready")
    public String ready() throws SQLException {
        dataSource.useConnection(c -> execute(c, "create table if not exists orders (item varchar(50))"));
        return "ready";
    }

    @GET
    @Path("connection")
    public int count() throws SQLException {
        try (var connection = anyDataSource.getConnection()) {
            return count(connection);
        }
    }

    @GET
    @Path("transaction-count")
    public int countInTransaction() throws SQLException {
        return dataSource.transaction((tx, c) -> count(c));
    }

    @POST
    @Path("transaction")
    public String add() throws SQLException {
        dataSource.useTransaction((tx, c) -> execute(c, "insert into orders values ('tea')"));
        return "added";
    }

    private static int count(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("select count(*) from orders")) {
            return rows.next() ? rows.getInt(1) : 0;
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @ServerExceptionMapper
    public Response unavailable(SQLException e) {
        return Response.status(503).entity(e.getMessage()).build();
    }
}
