package dev.rockpool.jdbc.internal.connect;

import dev.rockpool.jdbc.Credentials;
import dev.rockpool.jdbc.JdbcConfig;
import dev.rockpool.jdbc.internal.connection.ConnectionPolicy;
import dev.rockpool.jdbc.internal.connection.PhysicalConnection;
import dev.rockpool.jdbc.internal.connection.PostgresSession;
import dev.rockpool.jdbc.internal.connection.ReturnWatch;
import dev.rockpool.jdbc.internal.errors.Confidential;
import dev.rockpool.jdbc.internal.errors.ConnectErrors;
import dev.rockpool.jdbc.internal.errors.InRotationException;
import dev.rockpool.jdbc.internal.errors.NoConnectionException;
import dev.rockpool.jdbc.internal.errors.RefusedException;
import dev.rockpool.jdbc.internal.errors.RefusedSettings;
import dev.rockpool.jdbc.internal.errors.SecretRedactor;
import dev.rockpool.jdbc.internal.errors.Secrets;
import dev.rockpool.jdbc.internal.postgres.PgSource;
import dev.rockpool.jdbc.internal.postgres.PostgresSessions;
import dev.rockpool.jdbc.internal.postgres.TrafficSockets;
import dev.rockpool.jdbc.internal.sqlite.SqliteConnection;
import dev.rockpool.jdbc.internal.sqlite.SqliteDatabase;
import dev.rockpool.jdbc.internal.vendor.Vendor;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;

/** Opens a connection and sets it up as every user expects it. Blocks. Thread-safe. */
final class DriverConnector {
    /**
     * How long PostgreSQL's driver waits for the answer to a cancel, with the lock of the connection held. Ten seconds by
     * default.
     */
    private static final String CANCEL_LIMIT = "cancelSignalTimeout";

    private static final String PG_DRIVER = "org.postgresql.Driver";

    private final JdbcConfig config;
    private final Map<String, String> properties;

    /** Null for other databases. */
    private final SqliteDatabase sqlite;

    private final BooleanSupplier asksForSessions;
    private final ReturnWatch returns;

    /** Null if a data source opens the connections. */
    private final Driver driver;

    private final CurrentCredentials logins;
    private final LoginHistory history = new LoginHistory();

    /** Sessions of aborted connections that the server may still have. */
    private final Queue<PostgresSession> orphans = new ConcurrentLinkedQueue<>();

    /** Whether any connection has been opened. */
    private volatile boolean hasOpened;

    /** The vendor, known from the URL or from the first connection. */
    private volatile Vendor known;

    private volatile ConnectionPolicy policy;

    /**
     * @param sqlite null for other databases
     * @param asksForSessions whether the server's session of a connection is wanted
     * @param returns bounds the return of its connections
     * @throws SQLException if there is no driver
     */
    DriverConnector(
            JdbcConfig config,
            Confidential confidential,
            SqliteDatabase sqlite,
            BooleanSupplier asksForSessions,
            ReturnWatch returns)
            throws SQLException {
        this(
                config,
                confidential,
                sqlite,
                asksForSessions,
                returns,
                new CurrentCredentials(config, confidential.password()));
    }

    private DriverConnector(
            JdbcConfig config,
            Confidential confidential,
            SqliteDatabase sqlite,
            BooleanSupplier asksForSessions,
            ReturnWatch returns,
            CurrentCredentials logins)
            throws SQLException {
        this.config = config;
        this.properties = confidential.properties();
        this.sqlite = sqlite;
        this.asksForSessions = asksForSessions;
        this.returns = returns;
        String url = config.getUrl();
        this.driver = url == null ? null : Drivers.find(url, config.getDriverClassName());
        this.known = url == null ? null : Vendor.ofUrl(url);
        this.logins = logins;
    }

    /**
     * A connector with other settings, and with the same credentials as this one has now. It knows nothing of earlier
     * logins and sessions, because they may be those of another server.
     */
    DriverConnector with(JdbcConfig config, Confidential confidential) throws SQLException {
        return new DriverConnector(config, confidential, sqlite, asksForSessions, returns, logins);
    }

    /** The credentials for later connects. */
    CurrentCredentials logins() {
        return logins;
    }

    /** The vendor of the database, as far as it is known. */
    Vendor vendor() {
        Vendor vendor = known;
        return vendor == null ? Vendor.OTHER : vendor;
    }

    /**
     * Records that this connection is aborted, which the network may not tell the server. {@link #endOrphans} ends its session, or the next
     * connection that is opened does.
     */
    void orphaned(PhysicalConnection connection) {
        PostgresSession session = connection.serverSession();
        if (session != null) orphans.add(session);
    }

    /** Identifies the server's session of a connection that was opened while this was not needed. */
    void identify(PhysicalConnection connection) {
        if (!asksForSessions.getAsBoolean() || connection.serverSession() != null) return;
        PostgresSession session = PostgresSessions.of(connection.driver());
        if (session != null) connection.serverSession(session);
    }

    void endOrphans(Connection through, PostgresSession self) {
        if (orphans.isEmpty()) return;
        List<PostgresSession> ended = new ArrayList<>();
        for (PostgresSession next = orphans.poll(); next != null; next = orphans.poll()) ended.add(next);
        PostgresSessions.end(through, self, ended);
    }

    /**
     * Opens a connection. If connecting or setting up fails, nothing is left open.
     *
     * @param watch sees the socket, and ends the connect if it is abandoned
     * @throws Throwable any error of the driver, without secrets
     */
    PhysicalConnection open(TrafficSockets.Watch watch) throws Throwable {
        Credentials login = logins.next();
        SQLException repeated = history.repeated(login, System.nanoTime());
        if (repeated != null) throw history.hasWorked(login) ? new InRotationException(repeated) : repeated;
        try {
            PhysicalConnection opened = open(login, watch);
            history.worked(login);
            hasOpened = true;
            return opened;
        } catch (Throwable e) { // Errors may contain the password too
            throw told(e, login);
        }
    }

    /** The exception for callers instead: without secrets, and classified as permanent or not. */
    private Throwable told(Throwable error, Credentials login) {
        SecretRedactor hidden =
                new SecretRedactor(config.getUrl(), properties, login.getUsername(), login.getPassword());
        // A statement that was accepted once is not wrong: the database has changed, and may change back.
        if (error instanceof RefusedException refused)
            return refused.told(hidden, !hasOpened && RefusedSettings.isFinal(refused, vendor()));
        Throwable told = hidden.error(error);
        if (!(told instanceof SQLException refusal) || !ConnectErrors.isRefusal(refusal, vendor())) return told;
        if (ConnectErrors.isWrongLogin(refusal, vendor())) history.refused(login, refusal, System.nanoTime());
        return history.hasWorked(login) ? new InRotationException(refusal) : refusal;
    }

    private PhysicalConnection open(Credentials login, TrafficSockets.Watch watch) throws Throwable {
        Connection connection = connected(login, watch);
        try {
            return setUp(connection, watch);
        } catch (Throwable e) { // whatever a driver throws, Errors too: the connection must not be left open
            try {
                connection.close();
            } catch (Throwable closing) { // the first failure is the cause
                if (closing != e) e.addSuppressed(closing);
            }
            throw e;
        }
    }

    private Connection connected(Credentials login, TrafficSockets.Watch watch) throws SQLException {
        try (watch) {
            return sqlite == null ? connect(login, watch) : sqlite.connect(() -> connect(login, watch));
        }
    }

    private PhysicalConnection setUp(Connection connection, TrafficSockets.Watch watch) throws Exception {
        ConnectionPolicy policy = policyOf(connection);
        PostgresSession session = asksForSessions.getAsBoolean() ? PostgresSessions.of(connection) : null;
        if (session != null) endOrphans(connection, session);
        try {
            policy.setup().setUp(connection);
        } catch (Throwable e) { // an abandoned session may still wait for a lock
            if (session != null && watch.isAbandoned()) orphans.add(session);
            throw e;
        }
        PhysicalConnection physical =
                sqlite == null ? new PhysicalConnection(connection, policy) : new SqliteConnection(connection, policy);
        physical.traffic(watch.traffic());
        physical.serverSession(session);
        return physical;
    }

    private ConnectionPolicy policyOf(Connection connection) throws SQLException {
        ConnectionPolicy made = policy;
        if (made != null) return made;
        Vendor vendor = known;
        if (vendor == null) known = vendor = Vendor.of(connection);
        ReturnWatch bound = sqlite == null ? returns : null; // a file needs no network
        return policy = new ConnectionPolicy(config, properties, vendor, bound);
    }

    private Connection connect(Credentials login, TrafficSockets.Watch watch) throws SQLException {
        DataSource source = config.getDataSource();
        return source == null ? byDriver(login, watch) : bySource(source, login, watch);
    }

    private Connection byDriver(Credentials login, TrafficSockets.Watch watch) throws SQLException {
        Properties info = new Properties(); // a copy, because drivers modify the properties that they get
        info.putAll(sqlite == null ? properties : sqlite.propertiesForDriver());
        if (login.getUsername() != null) info.setProperty("user", login.getUsername());
        if (login.getPassword() != null) info.setProperty("password", login.getPassword());
        String url = sqlite == null ? config.getUrl() : sqlite.urlForDriver();
        if (driver.getClass().getName().equals(PG_DRIVER)) info.putIfAbsent(CANCEL_LIMIT, cancelLimit());
        watch.over(driver, url, info);
        Connection connection = driver.connect(url, info);
        if (connection != null) return connection;
        throw new NoConnectionException("the driver " + driver.getClass().getName()
                + " gave no connection: it does not accept the url " + Secrets.mask(config.getUrl()));
    }

    /** In whole seconds, at least one, because 0 would mean no limit. */
    private String cancelLimit() {
        return String.valueOf(
                Math.max(1, config.getCancelTimeout().plusMillis(999).toSeconds()));
    }

    private static Connection bySource(DataSource source, Credentials login, TrafficSockets.Watch watch)
            throws SQLException {
        if (source instanceof ServerSource server) return server.connect(watch);
        PgSource known = PgSource.of(source);
        String user = login.getUsername();
        Connection connection;
        if (known != null) connection = known.connect(user, login.getPassword(), watch);
        else connection = user == null ? source.getConnection() : source.getConnection(user, login.getPassword());
        if (connection != null) return connection;
        throw new NoConnectionException("the data source " + source.getClass().getName() + " gave no connection");
    }
}
