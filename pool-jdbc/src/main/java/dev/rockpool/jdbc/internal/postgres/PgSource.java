package dev.rockpool.jdbc.internal.postgres;

import dev.rockpool.jdbc.internal.connection.Traffic;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Properties;
import javax.sql.DataSource;

/**
 * The plain data source of PostgreSQL's driver. It connects by its URL, and so can the pool, which then sees the {@link Traffic}. A
 * class that extends it may do more, so it is left alone.
 */
public final class PgSource {
    private static final String SOURCE = "org.postgresql.ds.PGSimpleDataSource";
    private static final String DRIVER = "org.postgresql.Driver";

    private final Driver driver;
    private final String url;
    private final Properties login = new Properties();

    private PgSource(DataSource source) throws ReflectiveOperationException {
        Class<?> type = source.getClass();
        driver = (Driver) Class.forName(DRIVER, true, type.getClassLoader())
                .getDeclaredConstructor()
                .newInstance();
        url = (String) type.getMethod("getUrl").invoke(source);
        login("user", (String) type.getMethod("getUser").invoke(source));
        login("password", (String) type.getMethod("getPassword").invoke(source));
    }

    /** As the data source is set now; null when it is another one. */
    public static PgSource of(DataSource source) {
        if (!source.getClass().getName().equals(SOURCE)) return null;
        try {
            return new PgSource(source);
        } catch (ReflectiveOperationException | LinkageError | RuntimeException e) { // another version of the driver
            return null;
        }
    }

    private void login(String name, String value) {
        if (value != null) login.setProperty(name, value);
    }

    /** Connects with another login if one is given, else with its own. */
    public Connection connect(String user, String password, TrafficSockets.Watch watch) throws SQLException {
        if (user != null) {
            login.clear();
            login("user", user);
            login("password", password);
        }
        watch.over(driver, url, login);
        return driver.connect(url, login);
    }
}
