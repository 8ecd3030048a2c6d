package dev.rockpool.jdbc.internal.connect;

import dev.rockpool.jdbc.Credentials;
import java.sql.SQLException;
import java.util.Objects;

/**
 * Remembers which login worked, and which one was rejected last.
 *
 * <p>If a user could log in before and is rejected now, its password is most likely being rotated: the server has the
 * new password, and the pool will get it soon. So the failure is not permanent, and callers wait.
 *
 * <p>Rejected credentials are not sent again for up to four seconds, whether they have worked or not, because many
 * servers lock an account after a few failures. Callers get the earlier answer instead. Other permanent failures, such
 * as a missing database, do not belong here: somebody may have repaired them, so each caller tries again.
 *
 * <p>Thread-safe.
 */
final class LoginHistory {
    private static final long FIRST_PAUSE = 250_000_000;
    private static final long LONGEST_PAUSE = 4_000_000_000L;

    private boolean hasWorked;
    private String workedFor;
    private Credentials refused;
    private SQLException refusal;
    private long refusedAt;
    private long pause;

    /** Records that a connection was opened with this login. */
    synchronized void worked(Credentials login) {
        hasWorked = true;
        workedFor = login.getUsername();
        refused = null;
        refusal = null;
    }

    /** Records that the server refused this login, at a time of {@link System#nanoTime}. */
    synchronized void refused(Credentials login, SQLException error, long now) {
        pause = isRefused(login) ? Math.min(2 * pause, LONGEST_PAUSE) : FIRST_PAUSE;
        refused = login;
        refusal = error;
        refusedAt = now;
    }

    /** Whether this user could log in before. */
    synchronized boolean hasWorked(Credentials login) {
        return hasWorked && Objects.equals(workedFor, login.getUsername());
    }

    /** The error to report instead of trying the same credentials again so soon; null if they may be tried. */
    synchronized SQLException repeated(Credentials login, long now) {
        if (!isRefused(login) || now - refusedAt >= pause) return null;
        return new SQLException(refusal.getMessage(), refusal.getSQLState(), refusal.getErrorCode(), refusal);
    }

    private boolean isRefused(Credentials login) {
        return refused != null
                && Objects.equals(refused.getUsername(), login.getUsername())
                && Objects.equals(refused.getPassword(), login.getPassword());
    }
}
