package dev.rockpool.jdbc.spring;

import org.springframework.boot.jdbc.DatabaseDriver;
import org.springframework.boot.jdbc.EmbeddedDatabaseConnection;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/** Where to connect, as {@code spring.datasource.*} says. A driver that nobody names, {@code DriverManager} finds. */
final class PropertiesDetails implements JdbcConnectionDetails {
    private final DataSourceProperties properties;

    PropertiesDetails(DataSourceProperties properties) {
        this.properties = properties;
    }

    @Override
    public String getJdbcUrl() {
        return properties.determineUrl();
    }

    @Override
    public String getUsername() {
        return isGiven(properties.getUsername()) ? properties.getUsername() : isEmbedded() ? "sa" : null;
    }

    @Override
    public String getPassword() {
        return isGiven(properties.getPassword()) ? properties.getPassword() : isEmbedded() ? "" : null;
    }

    @Override
    public String getDriverClassName() {
        if (isGiven(properties.getDriverClassName())) return properties.getDriverClassName();
        return DatabaseDriver.fromJdbcUrl(getJdbcUrl()).getDriverClassName();
    }

    /** A database inside this process, which has a user of its own; Spring Boot starts one if no URL is given. */
    private boolean isEmbedded() {
        return EmbeddedDatabaseConnection.isEmbedded(getDriverClassName(), getJdbcUrl());
    }

    private static boolean isGiven(String text) {
        return text != null && !text.isBlank();
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "JDBC connection details of spring.datasource";
    }
}
