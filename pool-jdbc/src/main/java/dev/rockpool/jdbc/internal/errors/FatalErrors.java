package dev.rockpool.jdbc.internal.errors;

import dev.rockpool.internal.base.PoolLogKt;
import dev.rockpool.jdbc.FatalError;
import dev.rockpool.jdbc.FatalErrorRule;
import dev.rockpool.jdbc.internal.vendor.Vendor;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;

/**
 * Decides which errors mean that a connection is lost and not only that a statement failed: those of the standard,
 * those of the vendor, and those of the user's rule.
 */
public final class FatalErrors {
    /** The class of SQLStates for connection exceptions. */
    private static final String LOST = "08";

    private final Vendor vendor;
    private final FatalErrorRule rule;

    /** @param rule the user's rule; null for none */
    public FatalErrors(Vendor vendor, FatalErrorRule rule) {
        this.vendor = vendor;
        this.rule = rule;
    }

    /** Checks this error and its next exceptions. */
    public boolean isFatal(SQLException error) {
        SQLException next = error;
        for (int steps = 0; next != null && steps <= Causes.FURTHEST; steps++) {
            FatalError verdict = judged(next);
            if (verdict == FatalError.FATAL) return true;
            if (verdict == FatalError.NOT_FATAL) return false;
            if (isFatalAlone(next)) return true;
            next = next.getNextException();
        }
        return false;
    }

    private FatalError judged(SQLException error) {
        if (rule == null) return FatalError.DEFAULT;
        try {
            FatalError verdict = rule.judge(error);
            return verdict == null ? FatalError.DEFAULT : verdict;
        } catch (Throwable e) { // Errors too: a rule that fails must not affect the caller
            PoolLogKt.logWarn(e, () -> "the rule for fatal errors failed; the error is judged without it");
            return FatalError.DEFAULT;
        }
    }

    private boolean isFatalAlone(SQLException error) {
        // By their definitions: "close it and get another one", and "the class of SQLState is 08".
        if (error instanceof SQLRecoverableException || error instanceof SQLNonTransientConnectionException)
            return true;
        String state = error.getSQLState();
        if (state != null && state.startsWith(LOST) || vendor.isLost(state, error.getErrorCode())) return true;
        String behind = vendor.lostThrough(error.getErrorCode());
        return behind != null
                && Causes.of(error).anyMatch(cause -> cause.getClass().getName().equals(behind));
    }
}
