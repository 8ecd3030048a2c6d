package dev.rockpool.jdbc.internal.connection;

import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;

/**
 * What the present user changed of the session of one connection, by methods and by texts, so that it can be set back; and what getters
 * may answer from memory. The marks that say what was changed are those of {@link PhysicalConnection}.
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

    /** Null when prepared statements are not kept. */
    private final StatementCache cache;

    /** The last text that was looked at and changes nothing. Texts are mostly constants, so it is mostly the next one, too. */
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

    /** What its user set, or what the driver says. */
    Object get(SessionAttribute attribute) throws SQLException {
        boolean trusted = connection.hasMark(attribute.mark()) && !connection.hasMark(ConnectionMarks.TEXT);
        if (trusted && session.remembers(attribute)) return session.remembered(attribute);
        if (attribute.isTransactional()) connection.looked();
        return attribute.read(connection.driver());
    }

    void set(SessionAttribute attribute, Object value) throws SQLException {
        change(attribute, value, () -> attribute.write(connection.driver(), value));
        if (attribute == SessionAttribute.AUTO_COMMIT) connection.autoCommit((Boolean) value);
    }

    /** Changes an attribute by a call of its own. */
    void change(SessionAttribute attribute, Object value, PhysicalConnection.Step call) throws SQLException {
        changeUnseen(attribute, call);
        try {
            Object now = attribute == SessionAttribute.AUTO_COMMIT ? value : session.readBack(attribute, value);
            session.remember(attribute, now);
        } catch (SQLException e) { // it was set, and the next getter asks again
            connection.failed(e);
        }
    }

    /** Sets the timeout of a statement, which with some drivers is that of all of them. */
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

    /** A transaction has ended, or a part of it: what is rolled back takes along what was set in it. */
    void forgetNames() throws SQLException {
        if (!connection.hasMark(NAMES)) return;
        for (SessionAttribute attribute : ATTRIBUTES) if (attribute.isTransactional()) session.forget(attribute);
        if (cache != null) cache.renew();
    }

    /**
     * Called with a text before it executes, or when it is prepared.
     *
     * @param reader is told of it, too, unless it is known to change nothing; may be null
     */
    @SuppressWarnings("StringEquality") // it is only a short cut
    void sees(String sql, Leftovers reader) throws SQLException {
        if (sql == plain || sql == null) return;
        boolean left = reader != null && reader.sees(sql);
        int changes = StateTexts.changes(sql, connection.policy().vendor());
        if (changes != 0) changedBy(sql, changes);
        else if (!left && sql.length() <= LONGEST_TEXT) plain = sql;
    }

    /** A text may change these attributes: what they are is kept first, and nothing that follows from them is trusted later. */
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
     * Sets back what was changed.
     *
     * @param changed the marks of that
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
