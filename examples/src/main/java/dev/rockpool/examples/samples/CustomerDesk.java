package dev.rockpool.examples.samples;

import dev.rockpool.ReshardPlan;
import dev.rockpool.ShardMap;
import dev.rockpool.jdbc.RockpoolDataSource;
import dev.rockpool.jdbc.ShardedDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A service whose customers are spread over several databases. It gets a further database while it runs: a plan moves
 * the orders of some customers there, who wait meanwhile.
 */
public final class CustomerDesk implements AutoCloseable {
    private final Map<String, RockpoolDataSource> shards = new HashMap<>();
    private final ShardedDataSource database;

    /** Begins with one database. */
    public CustomerDesk(String shard, RockpoolDataSource source) throws SQLException {
        create(shard, source);
        database = ShardedDataSource.builder("customers", ShardMap.of(shard))
                .shard(shard, source)
                .build();
    }

    private void create(String shard, RockpoolDataSource source) throws SQLException {
        shards.put(shard, source);
        try (Connection connection = source.getConnection();
                Statement create = connection.createStatement()) {
            create.execute("create table orders (customer varchar(50), bucket int, item varchar(50))");
            create.execute("create index by_bucket on orders (bucket)");
        }
    }

    /** Each row has its bucket, so a plan finds the rows that move. */
    public void order(String customer, String item) throws SQLException {
        try (Connection connection = database.getConnection(customer);
                PreparedStatement insert = connection.prepareStatement("insert into orders values (?, ?, ?)")) {
            insert.setString(1, customer);
            insert.setInt(2, ShardMap.bucketOf(customer));
            insert.setString(3, item);
            insert.executeUpdate();
        }
    }

    public int orders(String customer) throws SQLException {
        try (Connection connection = database.getConnection(customer);
                PreparedStatement count =
                        connection.prepareStatement("select count(*) from orders where customer = ?")) {
            count.setString(1, customer);
            try (ResultSet row = count.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    /** Gives a further database its share of the customers. A real service stores the new map, too. */
    public void grow(String shard, RockpoolDataSource source) throws SQLException, InterruptedException {
        create(shard, source);
        database.asJdbcPool().add(shard, source.asJdbcPool());
        ShardMap map = database.asJdbcPool().getMap();
        ReshardPlan plan = ReshardPlan.between(map, map.withShard(shard));
        database.reshard(plan, Duration.ofSeconds(10), moving -> {
            for (ReshardPlan.Move move : moving.getMoves()) move(move);
        });
    }

    /** The target commits before the source deletes. So a failure in between loses no order. */
    private void move(ReshardPlan.Move move) throws SQLException {
        String moving = "where bucket in ("
                + move.getBuckets().stream().map(String::valueOf).collect(Collectors.joining(",")) + ")";
        RockpoolDataSource from = shards.get(move.getFrom());
        shards.get(move.getTo()).useTransaction((transaction, target) -> {
            execute(target, "delete from orders " + moving); // what an aborted plan has left
            try (Connection source = from.getConnection();
                    Statement select = source.createStatement();
                    ResultSet row = select.executeQuery("select * from orders " + moving);
                    PreparedStatement insert = target.prepareStatement("insert into orders values (?, ?, ?)")) {
                while (row.next()) {
                    for (int column : List.of(1, 2, 3)) insert.setObject(column, row.getObject(column));
                    insert.executeUpdate();
                }
            }
        });
        from.useConnection(source -> execute(source, "delete from orders " + moving));
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** How many buckets each database has. */
    @Override
    public String toString() {
        return database.asJdbcPool().getMap().toString();
    }

    @Override
    public void close() {
        database.close();
    }
}
