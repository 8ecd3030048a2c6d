package dev.rockpool.jdbc.spring;

import dev.rockpool.jdbc.JdbcBuilder;
import dev.rockpool.jdbc.RockpoolDataSource;
import org.springframework.boot.jdbc.DatabaseDriver;
import org.springframework.boot.jdbc.EmbeddedDatabaseConnection;

/** The URL and the login. Its text shows no password. */
record Login(String url, String username, String password, String driverClassName) {
    /**
     * The values of {@code spring.datasource.*}; blank counts as absent. Without a driver name, the URL determines the
     * driver, or {@code DriverManager} finds it. An embedded database has its own user; Spring Boot starts one if no
     * URL is given.
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
     * @param name the name of the pool; blank or null for the default
     */
    JdbcBuilder<RockpoolDataSource> builder(String name) {
        JdbcBuilder<RockpoolDataSource> builder = RockpoolDataSource.builder();
        if (name != null && !name.isBlank()) builder.name(name);
        if (url != null) builder.url(url);
        into(builder);
        return builder;
    }

    /** Sets all but the URL. */
    void into(JdbcBuilder<?> builder) {
        if (username != null) builder.username(username);
        if (password != null) builder.password(password);
        if (driverClassName != null) builder.driverClassName(driverClassName);
    }

    @Override
    public String toString() {
        return "login of spring.datasource";
    }
}
