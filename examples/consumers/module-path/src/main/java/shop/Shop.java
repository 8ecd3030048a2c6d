package shop;

import dev.rockpool.jdbc.RockpoolDataSource;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;

/** Reads a number from a database, and times out waiting for a second connection, which the pool logs. */
public final class Shop {
    private Shop() {}

    public static void main(String[] arguments) throws SQLException {
        try (var dataSource = RockpoolDataSource.builder()
                        .url("jdbc:h2:mem:shop")
                        .maxSize(1)
                        .build();
                var connection = dataSource.getConnection();
                var statement = connection.createStatement();
                var answer = statement.executeQuery("select 40 + 2")) {
            answer.next();
            System.out.println("answer: " + answer.getInt(1));
            dataSource.setLoginTimeout(1);
            try (var second = dataSource.getConnection()) {
                System.out.println("a second connection: " + second);
            } catch (SQLTransientConnectionException expected) {
                System.out.println("timeout");
            }
        }
        System.out.println("module: " + RockpoolDataSource.class.getModule().getName());
    }
}
