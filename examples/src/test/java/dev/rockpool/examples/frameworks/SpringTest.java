package dev.rockpool.examples.frameworks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import dev.rockpool.jdbc.RockpoolDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A Spring Boot application with {@code JdbcTemplate} and {@code @Transactional} on Rockpool, with HikariCP on the
 * class path too.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SpringTest {
    private static final String DATABASE = "springtest";

    private ConfigurableApplicationContext context;
    private RockpoolDataSource dataSource;
    private JdbcTemplate jdbc;
    private SpringAccounts accounts;

    @EnableAutoConfiguration
    static class Application {}

    private static ConfigurableApplicationContext start(String... properties) {
        System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
        return new SpringApplicationBuilder(Application.class, SpringAccounts.Wiring.class)
                .web(WebApplicationType.NONE)
                .properties("spring.main.banner-mode=off", "spring.datasource.url=" + FrameworkServer.url(DATABASE))
                .properties("spring.datasource.username=" + DATABASE)
                .properties(properties)
                .run();
    }

    @BeforeAll
    void start() {
        FrameworkServer.createDatabase(DATABASE, OnRockpool.MAX_SIZE);
        context = start("spring.config.location=classpath:frameworks/application.properties");
        dataSource = assertInstanceOf(RockpoolDataSource.class, context.getBean(DataSource.class));
        jdbc = context.getBean(JdbcTemplate.class);
        accounts = context.getBean(SpringAccounts.class);
        jdbc.execute(
                "create table account (owner text not null unique, balance integer not null check (balance >= 0))");
    }

    @BeforeEach
    void twoAccounts() {
        jdbc.execute("truncate account");
        jdbc.execute("insert into account (owner, balance) values ('ada', 100), ('bob', 100)");
    }

    @AfterEach
    void everyConnectionWasReturned() {
        assertEquals(0, dataSource.snapshot().getLeased(), "leases are active");
    }

    @AfterAll
    void theSessionLimitHeldAndThePoolClosesWithTheApplication() {
        assertEquals(0, dataSource.snapshot().getOpenFailed(), "the server refused sessions");
        context.close();
        assertEquals(0, dataSource.snapshot().getTotal());
    }

    private List<String> owners() {
        return jdbc.queryForList("select owner from account order by owner", String.class);
    }

    @Test
    void aTransactionIsCommittedWhenItsMethodReturns() {
        accounts.add("eve", 5);
        assertEquals(List.of("ada", "bob", "eve"), owners());
    }

    @Test
    void anExceptionRollsBackAndThePoolIsUnchanged() {
        assertThrows(IllegalStateException.class, () -> accounts.addAndFail("eve"));
        assertThrows(DataAccessException.class, () -> accounts.add("eve", -1));
        assertEquals(List.of("ada", "bob"), owners());
    }

    @Test
    void requiredJoinsAndFailsWithTheOuterOne() {
        assertThrows(IllegalStateException.class, () -> accounts.addWithinAndFail(accounts::add));
        assertEquals(List.of("ada", "bob"), owners());
    }

    @Test
    void requiresNewIsASeparateTransactionOnASecondConnection() {
        assertThrows(
                IllegalStateException.class,
                () -> accounts.addWithinAndFail((owner, balance) -> {
                    accounts.addInNew(owner, balance);
                    assertEquals(1, dataSource.snapshot().getLeased());
                }));
        assertEquals(List.of("ada", "bob", "inner"), owners());
    }

    @Test
    void nestedIsASavepoint() {
        accounts.addAround(
                "outer", () -> assertThrows(IllegalStateException.class, () -> accounts.addNestedAndFail("nested")));
        assertEquals(List.of("ada", "bob", "outer"), owners());
    }

    @Test
    void readOnlyAppliesOnlyToItsTransaction() throws Exception {
        assertThrows(DataAccessException.class, () -> accounts.addReadOnly("eve"));
        try (Connection connection = dataSource.getConnection()) {
            assertTrue(!connection.isReadOnly());
        }
        accounts.add("eve", 5);
    }

    @Test
    void anIsolationLevelAppliesOnlyToItsTransaction() {
        assertEquals("serializable", accounts.isolationOfSerializable());
        assertEquals("read committed", jdbc.queryForObject("show transaction_isolation", String.class));
    }

    @Test
    void asynchronousMethodsShareThePool() {
        var all = IntStream.range(0, 20)
                .mapToObj(i -> accounts.addLater("later " + i))
                .toList();
        all.forEach(CompletableFuture::join);
        assertEquals(22, owners().size());
    }

    @Test
    void moneyMovedByManyThreadsAddsUp() throws Exception {
        OnRockpool.onManyThreads(() -> {
            for (int i = 0; i < 20; i++) {
                boolean failing = i % 4 != 0;
                try {
                    accounts.move("ada", "bob", failing);
                } catch (IllegalStateException expected) {
                    assertTrue(failing);
                }
            }
            return null;
        });
        assertEquals(
                List.of(100 - OnRockpool.THREADS * 5, 100 + OnRockpool.THREADS * 5),
                jdbc.queryForList("select balance from account order by owner", Integer.class));
    }

    @Test
    void metersShowThePool() {
        MeterRegistry meters = context.getBean(MeterRegistry.class);
        assertEquals(
                OnRockpool.MAX_SIZE, meters.get("jdbc.connections.max").gauge().value());
        assertTrue(meters.get("rockpool.acquires")
                        .tag("outcome", "served")
                        .functionCounter()
                        .count()
                > 0);
    }

    @Test
    void propertiesChooseRockpoolAlthoughHikariCpIsPresent() {
        try (ConfigurableApplicationContext other = start("spring.datasource.rockpool.startup=lazy")) {
            assertInstanceOf(RockpoolDataSource.class, other.getBean(DataSource.class));
        }
    }

    @Test
    void withHikariCpOnTheClassPathRockpoolMustBeNamed() {
        try (ConfigurableApplicationContext other = start("spring.datasource.hikari.initialization-fail-timeout=-1")) {
            assertInstanceOf(HikariDataSource.class, other.getBean(DataSource.class));
        }
    }
}
