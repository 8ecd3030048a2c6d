package com.example;

import dev.rockpool.jdbc.RockpoolDataSource;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Error;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Uses the pool directly, and through Micronaut Data. */
@Controller
@ExecuteOn(TaskExecutors.BLOCKING)
@Produces(MediaType.TEXT_PLAIN)
class OrdersController {
    private final Orders orders;
    private final RockpoolDataSource pool;

    // region micronaut-unwrap
    OrdersController(DataSource dataSource, Orders orders) throws SQLException {
        this.pool = dataSource.unwrap(RockpoolDataSource.class);
        this.orders = orders;
    }
    // endregion

    @Get("/ready")
    String ready() throws SQLException {
        pool.useConnection(connection -> {
            try (var statement = connection.createStatement()) {
                statement.execute("create table if not exists orders"
                        + " (id int generated always as identity primary key, item varchar(50))");
            }
        });
        return "ready";
    }

    @Get("/connection")
    int count() throws SQLException {
        try (var connection = pool.getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("select count(*) from orders")) {
            return rows.next() ? rows.getInt(1) : 0;
        }
    }

    @Get("/repository")
    long countWithRepository() {
        return orders.count();
    }

    @Post("/repository")
    String add() {
        orders.save(new Orders.Order(null, "tea"));
        return "added";
    }

    @Get("/endless")
    String endless() throws Exception {
        pool.useConnection(connection -> Thread.currentThread().join());
        return "never";
    }

    @Get("/in-use")
    int inUse() {
        return pool.snapshot().getLeased();
    }

    @Error(global = true)
    HttpResponse<String> unavailable(Exception e) {
        return HttpResponse.<String>serverError().status(503).body(e.getMessage());
    }
}
