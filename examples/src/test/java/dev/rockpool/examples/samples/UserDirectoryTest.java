package dev.rockpool.examples.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.jdbc.RockpoolDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Visits come while the only connection is in use. One of them has no page. */
class UserDirectoryTest {
    @TempDir
    Path folder;

    @Test
    void eachCallerGetsItsOwnResultOrError() throws SQLException {
        try (RockpoolDataSource database = RockpoolDataSource.builder()
                .name("directory")
                .url("jdbc:sqlite:" + folder.resolve("directory.db"))
                .maxSize(1)
                .build()) {
            create(database);
            UserDirectory directory = new UserDirectory(database);
            assertEquals(Optional.of("Ann"), directory.nameOf(1));
            assertEquals(Optional.empty(), directory.nameOf(9));

            List<CompletableFuture<Integer>> visits = new ArrayList<>();
            try (Connection busy = database.getConnection()) {
                assertTrue(busy.isValid(1));
                for (String page : Arrays.asList("home", "news", null, "home")) visits.add(directory.visited(1, page));
            }
            for (int i = 0; i < visits.size(); i++)
                assertEquals(
                        i == 2,
                        visits.get(i).handle((rows, error) -> error != null).join());
            assertEquals(3, countVisits(database));
            assertTrue(directory.statistics().contains("largest=4"), directory.statistics());
        }
    }

    private static void create(RockpoolDataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create table users (id bigint primary key, name varchar(20))");
            statement.execute("insert into users values (1, 'Ann'), (2, 'Bob')");
            statement.execute("create table visits (user_id bigint, page varchar(20) not null)");
        }
    }

    private static int countVisits(RockpoolDataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from visits")) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
