package dev.rockpool.jdbc.internal.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.jdbc.Credentials;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Law 54: a login that worked and is refused now may be in rotation. */
class LoginHistoryTest {
    private static final Credentials OLD = new Credentials("app", "old");
    private static final Credentials NEW = new Credentials("app", "new");
    private static final SQLException REFUSAL = new SQLException("password authentication failed", "28P01", 7);

    private final LoginHistory history = new LoginHistory();

    @Test
    void aUserIsKnownOnceALoginWorkedWhateverThePasswordIs() {
        assertFalse(history.hasWorked(OLD));
        history.worked(OLD);
        assertTrue(history.hasWorked(NEW));
        assertFalse(history.hasWorked(new Credentials("another", "old")));
        assertFalse(history.hasWorked(new Credentials(null, null)));
    }

    @Test
    void refusedCredentialsAreNotTriedAgainSoon() {
        history.worked(OLD);
        history.refused(OLD, REFUSAL, 0);
        SQLException repeated = history.repeated(OLD, millis(249));
        assertNotNull(repeated);
        assertEquals("28P01", repeated.getSQLState());
        assertEquals(7, repeated.getErrorCode());
        assertNull(history.repeated(NEW, millis(1)));
        assertNull(history.repeated(OLD, millis(250)));
    }

    @Test
    void thePauseDoublesUpToFourSecondsAndEndsWithASuccess() {
        history.worked(OLD);
        long at = 0;
        for (int pause : new int[] {250, 500, 1_000, 2_000, 4_000, 4_000}) {
            history.refused(OLD, REFUSAL, at);
            assertNotNull(history.repeated(OLD, at + millis(pause) - 1));
            at += millis(pause);
            assertNull(history.repeated(OLD, at));
        }
        history.worked(NEW);
        assertNull(history.repeated(OLD, at));
        history.refused(OLD, REFUSAL, at);
        assertNull(history.repeated(OLD, at + millis(250)));
    }

    @Test
    void aLoginThatNeverWorkedIsNotTriedAgainSoonEither() {
        history.refused(OLD, REFUSAL, 0);
        assertNotNull(history.repeated(OLD, 1));
        assertNull(history.repeated(NEW, 1));
        assertNull(history.repeated(OLD, millis(250)));
    }

    private static long millis(long time) {
        return TimeUnit.MILLISECONDS.toNanos(time);
    }
}
