package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import dev.rockpool.jdbc.JdbcPreparers;
import dev.rockpool.jdbc.RockpoolDataSource;
import dev.rockpool.jdbc.spring.RockpoolCustomizer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.context.config.annotation.RefreshScope;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;

/** What applications do with their data source: decorate it, refresh it, build it themselves, forget to choose it. */
@ExtendWith(OutputCaptureExtension.class)
class DataSourceTest {
    private static final String URL = "jdbc:h2:mem:shop;DB_CLOSE_DELAY=-1";

    /** An application with these beans, and with what Spring Boot configures. */
    @EnableAutoConfiguration
    static class Bare {}

    private static ConfigurableApplicationContext start(Class<?> application, Class<?> beans, String... properties) {
        String[] arguments = Stream.concat(Stream.of("server.port=0", "spring.main.banner-mode=off"), Stream.of(properties))
                .map(property -> "--" + property)
                .toArray(String[]::new);
        return new SpringApplicationBuilder(application, beans).run(arguments);
    }

    private static String get(ConfigurableApplicationContext context, String path) throws Exception {
        String port = context.getEnvironment().getProperty("local.server.port");
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .timeout(Duration.ofSeconds(30))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static int select(DataSource source) {
        return new JdbcTemplate(source).queryForObject("select 1", Integer.class);
    }

    private static void assertShown(ConfigurableApplicationContext context, int maxSize) throws Exception {
        String health = get(context, "/actuator/health");
        assertTrue(health.contains("\"rockpool\":{"), health);
        assertTrue(health.contains("\"maxSize\":" + maxSize), health);
        assertTrue(health.contains("\"db\":{"), health);
        assertFalse(health.contains("DOWN"), health);
        String acquired = get(context, "/actuator/metrics/rockpool.acquires");
        assertTrue(acquired.contains("\"pool\""), acquired);
        String max = get(context, "/actuator/metrics/jdbc.connections.max");
        assertTrue(max.contains("\"value\":" + maxSize), max);
    }

    static class Decorated {
        @Bean
        static BeanPostProcessor decorator() {
            return new BeanPostProcessor() {
                @Override
                public Object postProcessAfterInitialization(Object bean, String name) {
                    return bean instanceof DataSource source ? ProxyDataSourceBuilder.create(source).build() : bean;
                }
            };
        }
    }

    @Test
    void aDecoratedDataSourceKeepsHealthAndMeters() throws Exception {
        try (var context = start(Shop.class, Decorated.class)) {
            assertEquals(1, select(context.getBean(DataSource.class)));
            assertShown(context, 4);
        }
    }

    static class Refreshed {
        @Bean
        @RefreshScope
        RockpoolDataSource dataSource() {
            RockpoolDataSource source = new RockpoolDataSource();
            source.setUrl(URL);
            source.setUsername("sa");
            source.setMaxSize(3);
            return source;
        }
    }

    @Test
    void aDataSourceInRefreshScopeIsReplaced() throws Exception {
        try (var context = start(Bare.class, Refreshed.class)) {
            RockpoolDataSource source = context.getBean(RockpoolDataSource.class);
            assertEquals(1, select(source));
            Object before = source.asJdbcPool();
            context.getBean(org.springframework.cloud.context.scope.refresh.RefreshScope.class).refreshAll();
            assertEquals(1, select(source));
            assertNotSame(before, source.asJdbcPool());
            assertShown(context, 3);
        }
    }

    @EnableConfigurationProperties
    static class Own {
        // region own
        @Bean
        @ConfigurationProperties("orders.datasource")
        RockpoolDataSource dataSource() {
            return DataSourceBuilder.create().type(RockpoolDataSource.class).build();
        }
        // endregion
    }

    @Test
    void aDataSourceIsBuiltBoundAndDerived() throws Exception {
        var properties = List.of(
                "orders.datasource.url=" + URL,
                "orders.datasource.username=sa",
                "orders.datasource.password=",
                "orders.datasource.name=orders",
                "orders.datasource.max-size=2",
                "orders.datasource.acquire-timeout=3s",
                "orders.datasource.init-sql=select 2");
        try (var context = start(Bare.class, Own.class, properties.toArray(String[]::new))) {
            RockpoolDataSource source = context.getBean(RockpoolDataSource.class);
            assertEquals(1, select(source));
            assertEquals("orders", source.snapshot().getName());
            assertEquals(List.of("select 2"), source.asJdbcPool().getConfig().getInitSql());
            assertShown(context, 2);
            DataSource derived = DataSourceBuilder.derivedFrom(source).build();
            try (RockpoolDataSource closed = assertInstanceOf(RockpoolDataSource.class, derived)) {
                assertEquals(1, select(closed));
            }
        }
    }

    static class Customized {
        // region customizer
        @Bean
        RockpoolCustomizer ordersPool() {
            return settings -> settings.preparer(JdbcPreparers.schema(tag -> "tenant_" + tag));
        }
        // endregion
    }

    @Test
    void aCustomizerSetsWhatNoPropertyCan() throws Exception {
        try (var context = start(Bare.class, Customized.class)) {
            RockpoolDataSource source = context.getBean(RockpoolDataSource.class);
            try (var connection = source.getConnection()) {
                connection.createStatement().execute("create schema if not exists \"tenant_7\"");
            }
            try (var connection = source.tagged("7").getConnection()) {
                assertEquals("tenant_7", connection.getSchema());
            }
            assertShown(context, 4);
        }
    }

    @Test
    void settingsWithoutEffectAreWarnedOf(CapturedOutput output) throws SQLException {
        String hikari = HikariDataSource.class.getName();
        try (var context = start(Bare.class, Bare.class, "spring.datasource.type=" + hikari)) {
            assertInstanceOf(HikariDataSource.class, context.getBean(DataSource.class));
        }
        assertTrue(output.getOut().contains("spring.datasource.rockpool.* is set but has no effect: bean 'dataSource' is a "
                + hikari + ", because spring.datasource.type=" + hikari));
    }

    @Test
    void withoutSettingsAndTypeHikariIsUsedAndThatIsSaid(CapturedOutput output) throws SQLException {
        try (var context = start(Bare.class, Bare.class, "spring.config.name=none", "spring.datasource.url=" + URL)) {
            assertInstanceOf(HikariDataSource.class, context.getBean(DataSource.class));
        }
        assertTrue(output.getOut().contains("Rockpool is on the class path but is not used: bean 'dataSource' is a "
                + HikariDataSource.class.getName() + ", which Spring Boot prefers. Set spring.datasource.type="));
    }
}
