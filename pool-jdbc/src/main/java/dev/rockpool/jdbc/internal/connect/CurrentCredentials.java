package dev.rockpool.jdbc.internal.connect;

import dev.rockpool.jdbc.Credentials;
import dev.rockpool.jdbc.CredentialsSupplier;
import dev.rockpool.jdbc.JdbcConfig;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.SQLException;

/** The credentials for each new connection. They can be changed while the pool runs. Thread-safe. */
public final class CurrentCredentials {
    private static final String NO_CONNECTION = "08001";

    private volatile CredentialsSupplier supplier;

    /** @param password the password of the configuration; null if there is none */
    CurrentCredentials(JdbcConfig config, String password) {
        this.supplier = of(config, password);
    }

    private static CredentialsSupplier of(JdbcConfig config, String password) {
        CredentialsSupplier own = config.getCredentials();
        return own == null ? fixed(new Credentials(config.getUsername(), password)) : own;
    }

    /** Always the same. */
    public static CredentialsSupplier fixed(Credentials credentials) {
        return new Fixed(credentials);
    }

    private record Fixed(Credentials credentials) implements CredentialsSupplier {
        @Override
        public Credentials get() {
            return credentials;
        }

        boolean are(String user, String password) {
            return user.equals(credentials.getUsername()) && isSame(credentials.getPassword(), password);
        }

        /** Takes as long for every password of the same length. */
        private static boolean isSame(String own, String password) {
            if (own == null || password == null) return own == password;
            return MessageDigest.isEqual(
                    own.getBytes(StandardCharsets.UTF_8), password.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Whether every new connection logs in as this user, with this password. */
    public boolean areAlways(String user, String password) {
        return user != null && supplier instanceof Fixed fixed && fixed.are(user, password);
    }

    /** Sets the credentials of all new connections. */
    public void change(CredentialsSupplier credentials) {
        supplier = credentials;
    }

    /** Sets the credentials of these settings. */
    public void change(JdbcConfig config, String password) {
        supplier = of(config, password);
    }

    /** @throws SQLException if there are none; a retry may succeed */
    public Credentials next() throws SQLException {
        Credentials credentials = ask();
        if (credentials == null) throw new SQLException("the supplier of credentials gave null", NO_CONNECTION);
        return credentials;
    }

    private Credentials ask() throws SQLException {
        try {
            return supplier.get();
        } catch (Exception e) {
            if (e instanceof InterruptedException) Thread.currentThread().interrupt();
            String said = e.getMessage() == null ? e.toString() : e.getMessage();
            throw new SQLException("the supplier of credentials failed: " + said, NO_CONNECTION, e);
        }
    }
}
