package dev.rockpool.jdbc.internal.connection;

import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;

/**
 * The changes of the current user to the session of one connection, by methods and SQL texts, so that they can be
 * undone; and the values that getters may return from memory. The marks of the changes are in
 * {@link PhysicalConnection}.
 */
final class SessionState {
    static final int NAMES =
            SessionAttribute.ROLE.mark() | SessionAttribute.CATALOG.mark() | SessionAttribute.SCHEMA.mark();

    /** Longer texts are not remembered. */
    private static final int LONGEST_TEXT = 2_000;

    private static final SessionAttribute[] ATTRIBUTES = SessionAttribute.values();

    private final PhysicalConnection connection;
    private final StateAccess access;
    private final Session session;

    /** Null if prepared statements are not cached. */
    private final StatementCache cache;

    /** The last inspected text that changes nothing. Texts are mostly constants, so it is often the next one, too. */
    private String plain;

    SessionState(PhysicalConnection connection) {
        this.connection = connection;
        this.access = StateAccess.of(connection.policy(), connection.driver());
        this.session = new Session(access);
        this.cache = connection.cache();
    }

    boolean keepAutoCommit() throws SQLException {
        return session.keepBase(SessionAttribute.AUTO_COMMIT);
    }

    /** The session has other values now, and they are the pool's. Autocommit stays. */
    void rebase() throws SQLException {
        for (SessionAttribute attribute : ATTRIBUTES) {
            if (attribute != SessionAttribute.AUTO_COMMIT) session.forgetBase(attribute);
        }
        plain = null;
        if (cache != null) cache.renew();
    }

    /** The value that the user set, or that the driver returns. */
    Object get(SessionAttribute attribute) throws SQLException {
        boolean trusted = connection.hasMark(attribute.mark()) && !connection.hasMark(ConnectionMarks.TEXT);
        if (trusted && session.remembers(attribute)) return session.remembered(attribute);
        if (attribute.isTransactional()) connection.looked();
        else if (attribute != SessionAttribute.ISOLATION) return attribute.read(connection.driver());
        connection.began(); // drivers ask the server
        try {
            return attribute.read(connection.driver());
        } finally {
            connection.ended();
        }
    }

    void set(SessionAttribute attribute, Object value) throws SQLException {
        change(attribute, value, () -> attribute.write(connection.driver(), value));
        if (attribute == SessionAttribute.AUTO_COMMIT) connection.autoCommit((Boolean) value);
    }

    /** Changes an attribute by a special call. */
    void change(SessionAttribute attribute, Object value, PhysicalConnection.Step call) throws SQLException {
        changeUnseen(attribute, call);
        try {
            Object now = attribute == SessionAttribute.AUTO_COMMIT ? value : session.readBack(attribute, value);
            session.remember(attribute, now);
        } catch (SQLException e) { // the attribute was set, and the next getter asks again
            connection.failed(e);
        }
    }

    /** Sets the query timeout of a statement, which some drivers share among all statements of a connection. */
    void setQueryTimeout(PhysicalConnection.Step call) throws SQLException {
        if (access.sharesQueryTimeout()) changeUnseen(SessionAttribute.QUERY_TIMEOUT, call);
        else call.run();
    }

    /** Changes an attribute by a call after which only the driver knows its value. */
    void changeUnseen(SessionAttribute attribute, PhysicalConnection.Step call) throws SQLException {
        if (attribute.isTransactional() || attribute == SessionAttribute.QUERY_TIMEOUT) connection.looked();
        boolean setsBack = session.hasBase(attribute) || session.tryKeepBase(attribute);
        session.forget(attribute);
        connection.mark(attribute.mark());
        boolean supported = true;
        try {
            call.run();
        } catch (SQLFeatureNotSupportedException | AbstractMethodError e) {
            supported = false; // and nothing was changed
            throw e;
        } finally {
            if (supported && !setsBack) connection.breakDown();
            if (cache != null && attribute.isName()) cache.renew(); // names are looked up when a statement is prepared
        }
    }

    /**
     * Called when a transaction or a part of it has ended. A rollback also undoes the attributes that were set in it.
     */
    void forgetNames() throws SQLException {
        if (!connection.hasMark(NAMES)) return;
        for (SessionAttribute attribute : ATTRIBUTES) if (attribute.isTransactional()) session.forget(attribute);
        if (cache != null) cache.renew();
    }

    /**
     * Called with a text before it executes, or when it is prepared.
     *
     * @param reader also called, unless the text is known to change nothing; may be null
     */
    @SuppressWarnings("StringEquality") // it is only a short cut
    void sees(String sql, Leftovers reader) throws SQLException {
        if (sql == plain || sql == null) return;
        boolean left = reader != null && reader.sees(sql);
        int changes = StateTexts.changes(sql, connection.policy().vendor());
        if (changes != 0) changedBy(sql, changes);
        else if (!left && sql.length() <= LONGEST_TEXT) plain = sql;
    }

    /**
     * Handles a text that may change these attributes: keeps the current values first, and trusts nothing that depends
     * on them later.
     */
    private void changedBy(String sql, int changes) throws SQLException {
        if ((changes & StateTexts.ROLLBACK) != 0) forgetNames();
        boolean setsBack = (changes & NAMES) == 0 || access.setsBackNames(sql);
        for (SessionAttribute attribute : ATTRIBUTES) {
            if ((changes & attribute.mark()) == 0) continue;
            setsBack &= session.hasBase(attribute) || keepsBase(attribute);
            session.forget(attribute);
            connection.mark(attribute.mark() | ConnectionMarks.TEXT);
        }
        if (!setsBack) connection.breakDown();
        if (cache != null && (changes & NAMES) != 0) cache.pause();
    }

    private boolean keepsBase(SessionAttribute attribute) throws SQLException {
        if (connection.hasFailedTransaction()) return false;
        connection.looked();
        connection.beganVital();
        try {
            return session.tryKeepBase(attribute);
        } catch (SQLException e) {
            connection.failed(e);
            return false;
        } finally {
            connection.ended();
        }
    }

    /**
     * Restores changed attributes.
     *
     * @param changed the marks of the changes
     */
    void restore(int changed) throws SQLException {
        boolean began = false;
        for (SessionAttribute attribute : ATTRIBUTES) {
            if ((changed & attribute.mark()) == 0) continue;
            if (!attribute.isTransactional() && session.isBase(attribute)) continue;
            session.restore(attribute);
            if (attribute == SessionAttribute.AUTO_COMMIT) connection.autoCommit((Boolean) session.base(attribute));
            began |= attribute.isTransactional();
        }
        if (began && !connection.isAutoCommit()) connection.driver().commit(); // else a rollback would bring it back
    }
}
