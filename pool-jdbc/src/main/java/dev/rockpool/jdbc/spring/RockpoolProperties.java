package dev.rockpool.jdbc.spring;

import dev.rockpool.InvalidConfigException;
import dev.rockpool.jdbc.JdbcBuilder;
import dev.rockpool.jdbc.RockpoolDataSource;
import dev.rockpool.jdbc.internal.config.Builders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/** Reads {@code spring.datasource.rockpool.*} and reports all problems at once. */
final class RockpoolProperties {
    static final String PREFIX = "spring.datasource.rockpool";
    static final String INIT_SQL = "init-sql";
    static final String RESET_SQL = "reset-sql";
    static final String DRIVER = "properties";

    /** Names of settings that are not one text each. */
    static final List<String> LISTS = List.of(INIT_SQL, RESET_SQL, DRIVER);

    static final Bindable<Map<String, Object>> TREE = Bindable.mapOf(String.class, Object.class);
    private static final String FETCH = "spring.datasource.connection-fetch";

    /** HikariCP's names without dashes, and what they are called here. */
    static final Map<String, String> OF_HIKARI = Map.of(
            "maximumpoolsize", "max-size",
            "minimumidle", "min-idle",
            "connectiontimeout", "acquire-timeout",
            "validationtimeout", "probe-timeout",
            "keepalivetime", "keepalive-interval",
            "leakdetectionthreshold", "leak-threshold",
            "poolname", "name",
            "connectioninitsql", "init-sql",
            "connectiontestquery", "test-query",
            "jdbcurl", "spring.datasource.url");

    private RockpoolProperties() {}

    /**
     * Sets everything that the application configures in this builder, which already has the login.
     *
     * @param customizers what they set replaces what the properties set
     * @throws InvalidConfigException with all problems
     */
    static JdbcBuilder<RockpoolDataSource> read(
            Environment environment, JdbcBuilder<RockpoolDataSource> builder, List<RockpoolCustomizer> customizers) {
        List<String> problems = problemsOfFetch(environment);
        PropertyReading settings = new PropertyReading(environment, PREFIX);
        problems.addAll(settings.problems());
        settings.into(builder);
        customizers.forEach(each -> each.customize(builder));
        problems.addAll(builder.problems());
        if (!problems.isEmpty()) throw new InvalidConfigException(Builders.nameOf(builder), problems);
        return builder;
    }

    /** Spring Boot applies it to its own data sources only. Here it must not be ignored silently. */
    static List<String> problemsOfFetch(Environment environment) {
        List<String> problems = new ArrayList<>();
        String fetch = environment.getProperty(FETCH);
        if ("lazy".equalsIgnoreCase(fetch)) {
            problems.add(FETCH + " is '" + fetch
                    + "' but must be eager; declare a LazyConnectionDataSourceProxy around the pool");
        }
        return problems;
    }

    static String unknown(String property) {
        String here = OF_HIKARI.get(PropertyReading.plain(property.substring(property.lastIndexOf('.') + 1)));
        return property + " is no setting of Rockpool" + (here == null ? "" : "; its name here is " + here);
    }

    static String unreadable(String property, BindException e) {
        return property + " cannot be read: "
                + (e.getCause() == null ? e.getMessage() : e.getCause().getMessage());
    }

    /** Whether the application sets anything here. */
    static boolean areGiven(Environment environment) {
        return Binder.get(environment).bind(PREFIX, TREE).isBound();
    }
}
