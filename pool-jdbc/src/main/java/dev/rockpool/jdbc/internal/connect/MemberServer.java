package dev.rockpool.jdbc.internal.connect;

import dev.rockpool.jdbc.Credentials;
import dev.rockpool.jdbc.JdbcConfig;
import dev.rockpool.jdbc.internal.errors.Confidential;
import dev.rockpool.jdbc.internal.errors.ConnectErrors;
import dev.rockpool.jdbc.internal.errors.InRotationException;
import dev.rockpool.jdbc.internal.errors.SecretRedactor;
import dev.rockpool.jdbc.internal.postgres.TrafficSockets;
import dev.rockpool.jdbc.internal.vendor.Vendor;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;

/** One server of a cluster, and the login for it. Its calls block. Thread-safe. */
public final class MemberServer {
    private final String url;
    private final Driver driver;
    private final Map<String, String> properties;
    private final CurrentCredentials logins;
    private final LoginHistory history = new LoginHistory();

    /** @throws SQLException if there is no driver */
    public MemberServer(JdbcConfig config, Confidential confidential) throws SQLException {
        this.url = config.getUrl();
        this.driver = Drivers.find(url, config.getDriverClassName());
        this.properties = confidential.properties();
        this.logins = new CurrentCredentials(config, confidential.password());
    }

    /** Host and port, such as {@code db-1:5432}. */
    public String name() {
        return nameOf(url);
    }

    /** Whether the server answered and rejected this login or this database. */
    public static boolean isRefusal(SQLException error) {
        return ConnectErrors.isRefusal(error, Vendor.POSTGRESQL);
    }

    /** Host and port of a URL, as they are written there. */
    public static String nameOf(String url) {
        int start = url.indexOf("//");
        if (start < 0) return "localhost";
        String rest = url.substring(start + 2);
        for (int i = 0; i < rest.length(); i++)
            if (rest.charAt(i) == '/' || rest.charAt(i) == '?') return rest.substring(0, i);
        return rest;
    }

    /**
     * Connects for the pool of the primary. The server refuses writes of a read-only connection then, also with
     * autoCommit, unless the user has chosen otherwise. A standby does so anyway.
     *
     * @throws SQLException without secrets
     */
    public Connection connect(TrafficSockets.Watch watch) throws SQLException {
        Properties info = new Properties();
        info.setProperty("readOnlyMode", "always");
        info.putAll(properties);
        return connect(info, watch);
    }

    /** Connects to ask what the server is. No step of the connect or of a later call takes longer than this. */
    public Connection connectToAsk(int seconds) throws SQLException {
        Properties info = new Properties();
        info.putAll(properties);
        String limit = String.valueOf(seconds);
        info.setProperty("connectTimeout", limit);
        info.setProperty("socketTimeout", limit);
        info.setProperty("loginTimeout", "0"); // it would start a thread
        info.setProperty("ApplicationName", "rockpool cluster");
        return connect(info, null);
    }

    private Connection connect(Properties info, TrafficSockets.Watch watch) throws SQLException {
        Credentials login = logins.next();
        SQLException repeated = history.repeated(login, System.nanoTime());
        if (repeated != null) throw history.hasWorked(login) ? new InRotationException(repeated) : repeated;
        if (login.getUsername() != null) info.setProperty("user", login.getUsername());
        if (login.getPassword() != null) info.setProperty("password", login.getPassword());
        if (watch != null) watch.over(driver, url, info);
        try {
            Connection connection = driver.connect(url, info);
            if (connection == null) throw new SQLException("the driver does not accept the url of " + name());
            history.worked(login);
            return connection;
        } catch (SQLException e) {
            Throwable told = new SecretRedactor(url, properties, login.getUsername(), login.getPassword()).error(e);
            SQLException safe = told instanceof SQLException hidden ? hidden : e;
            if (!isRefusal(safe)) throw safe;
            if (ConnectErrors.isWrongLogin(safe, Vendor.POSTGRESQL)) history.refused(login, safe, System.nanoTime());
            throw history.hasWorked(login) ? new InRotationException(safe) : safe;
        }
    }
}
