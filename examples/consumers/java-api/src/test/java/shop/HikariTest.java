package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.InvalidConfigException;
import dev.rockpool.jdbc.HikariProperties;
import dev.rockpool.jdbc.RockpoolDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings written for HikariCP. */
class HikariTest {
    private final Properties properties = new Properties();

    HikariTest() {
        properties.setProperty("jdbcUrl", "jdbc:h2:mem:hikari");
        properties.setProperty("maximumPoolSize", "3");
        properties.setProperty("registerMbeans", "true");
    }

    @Test
    void unsupportedPropertiesAreReportedOrIgnored() {
        HikariProperties hikari = RockpoolDataSource.fromHikari(properties);
        assertEquals(1, hikari.problems().size());
        assertThrows(InvalidConfigException.class, hikari::build);
        HikariProperties rest = hikari.ignoring("registerMbeans");
        assertEquals(List.of(), rest.problems());
        assertTrue(rest.toString().contains("maximumPoolSize"), rest::toString);
        try (var dataSource = rest.build()) {
            assertEquals(3, dataSource.config().getPool().getMaxSize());
        }
        try (var dataSource = rest.builder().maxSize(4).build()) {
            assertEquals(4, dataSource.config().getPool().getMaxSize());
        }
    }

    @Test
    void aFileIsRead(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("hikari.properties");
        Files.writeString(file, "jdbcUrl=jdbc:h2:mem:hikari\nmaximumPoolSize=3\n");
        assertEquals(List.of(), RockpoolDataSource.fromHikari(file).problems());
    }
}
