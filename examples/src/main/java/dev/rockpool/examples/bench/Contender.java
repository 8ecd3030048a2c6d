package dev.rockpool.examples.bench;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.rockpool.examples.bench.driver.IdleDataSource;
import dev.rockpool.jdbc.RockpoolDataSource;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.AgroalConnectionPoolConfiguration.ConnectionValidator;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * A pool that is measured, and how it is set up: each as its own documentation recommends, its features left at their
 * defaults; all with ten connections that are always open, and the same driver. The data sources are also closeable.
 */
public enum Contender {
    ROCKPOOL("Rockpool") {
        @Override
        DataSource open() {
            return RockpoolDataSource.builder()
                    .name("bench")
                    .dataSource(new IdleDataSource())
                    .maxSize(SIZE)
                    .minIdle(SIZE)
                    .build();
        }
    },

    /** A fixed size, which HikariCP's documentation recommends; that is what {@code minimumIdle} is by default. */
    HIKARI("HikariCP") {
        @Override
        DataSource open() {
            HikariConfig config = new HikariConfig();
            config.setPoolName("bench");
            config.setDataSourceClassName(IdleDataSource.class.getName());
            config.setMaximumPoolSize(SIZE);
            config.setMinimumIdle(SIZE);
            return new HikariDataSource(config);
        }
    },

    /**
     * By default Agroal neither validates nor bounds the wait for a connection; both are set, as the other two have them.
     * Its validation runs in the background.
     */
    AGROAL("Agroal") {
        @Override
        DataSource open() throws SQLException {
            return AgroalDataSource.from(new AgroalDataSourceConfigurationSupplier()
                    .connectionPoolConfiguration(pool -> pool.initialSize(SIZE)
                            .minSize(SIZE)
                            .maxSize(SIZE)
                            .acquisitionTimeout(Duration.ofSeconds(30))
                            .connectionValidator(ConnectionValidator.defaultValidator())
                            .validationTimeout(Duration.ofMinutes(2))
                            .connectionFactoryConfiguration(
                                    driver -> driver.connectionProviderClass(IdleDataSource.class))));
        }
    };

    /** Connections at most, and open at all times. */
    static final int SIZE = 10;

    private final String title;

    Contender(String title) {
        this.title = title;
    }

    /** The pool's name as its makers write it. */
    String title() {
        return title;
    }

    /** A running pool. */
    abstract DataSource open() throws SQLException;
}
