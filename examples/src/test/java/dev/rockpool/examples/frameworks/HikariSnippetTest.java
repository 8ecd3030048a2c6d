package dev.rockpool.examples.frameworks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rockpool.jdbc.RockpoolDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code of docs/coming-from-hikaricp.md works. */
class HikariSnippetTest {
    @Test
    void aHikariCpPropertiesFileCreatesAPool(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(
                folder.resolve("hikari.properties"),
                "jdbcUrl=jdbc:postgresql://localhost/orders\nmaximumPoolSize=7\nminimumIdle=0\nregisterMbeans=true\n");
        // region hikari
        var dataSource =
                RockpoolDataSource.fromHikari(file).ignoring("registerMbeans").build();
        // endregion
        try (dataSource) {
            assertEquals(7, dataSource.snapshot().getMaxSize());
        }
    }
}
