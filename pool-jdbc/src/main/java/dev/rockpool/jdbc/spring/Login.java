package dev.rockpool.jdbc.spring;

import dev.rockpool.jdbc.JdbcBuilder;
import dev.rockpool.jdbc.RockpoolDataSource;
import org.springframework.boot.jdbc.DatabaseDriver;
import org.springframework.boot.jdbc.EmbeddedDatabaseConnection;

/** Where to connect, and as whom. Its text shows no password. */
record Login(String url, String username, String password, String driverClassName) {
    /**
     * As {@code spring.datasource.*} says; blank counts as absent. A driver that is not named is known by the URL, or found by
     * {@code DriverManager}. A database inside this process has a user of its own; Spring Boot starts one if no URL is given.
     */
    static Login of(String url, String username, String password, String driverClassName) {
        String driver = given(driverClassName, DatabaseDriver.fromJdbcUrl(url).getDriverClassName());
        boolean embedded = EmbeddedDatabaseConnection.isEmbedded(driver, url);
        return new Login(url, given(username, embedded ? "sa" : null), given(password, embedded ? "" : null), driver);
    }

    private static String given(String text, String orElse) {
        return text == null || text.isBlank() ? orElse : text;
    }

    /**
     * A builder that connects there.
     *
     * @param name of the pool; blank or null for its default
     */
    JdbcBuilder<RockpoolDataSource> builder(String name) {
        JdbcBuilder<RockpoolDataSource> builder = RockpoolDataSource.builder();
        if (name != null && !name.isBlank()) builder.name(name);
        if (url != null) builder.url(url);
        if (username != null) builder.username(username);
        if (password != null) builder.password(password);
        if (driverClassName != null) builder.driverClassName(driverClassName);
        return builder;
    }

    @Override
    public String toString() {
        return "login of spring.datasource";
    }
}
