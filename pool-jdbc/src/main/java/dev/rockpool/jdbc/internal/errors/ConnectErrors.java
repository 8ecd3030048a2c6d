package dev.rockpool.jdbc.internal.errors;

import dev.rockpool.ConnectFailure;
import dev.rockpool.jdbc.internal.vendor.Vendor;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.function.Predicate;

/** Classifies connect failures: whether a retry can help, and when. */
public final class ConnectErrors {
    private static final String WRONG_LOGIN = "28";
    private static final String NO_SUCH_DATABASE = "3D000";

    private ConnectErrors() {}

    public static ConnectFailure classify(Throwable error, Vendor vendor) {
        if (error instanceof InRotationException) return ConnectFailure.TRANSIENT;
        if (error instanceof RefusedException refused)
            return refused.isFinal() ? ConnectFailure.PERMANENT : ConnectFailure.TRANSIENT;
        if (Causes.of(error).anyMatch(cause -> cause instanceof SQLException sql && isFull(sql, vendor)))
            return ConnectFailure.FULL;
        if (Causes.of(error).anyMatch(cause -> isHopeless(cause, vendor))) return ConnectFailure.PERMANENT;
        return ConnectFailure.TRANSIENT;
    }

    /** Whether the server answered and rejected this login or this database. */
    public static boolean isRefusal(Throwable error, Vendor vendor) {
        return answered(error, sql -> isRefused(sql, vendor));
    }

    /** Whether the server answered and rejected this login, so that a retry may lock the account. */
    public static boolean isWrongLogin(Throwable error, Vendor vendor) {
        return answered(error, sql -> isLoginRefused(sql, vendor));
    }

    private static boolean answered(Throwable error, Predicate<SQLException> answer) {
        return Causes.of(error)
                .anyMatch(cause -> cause instanceof SQLException sql
                        && !(cause instanceof NoConnectionException)
                        && answer.test(sql));
    }

    private static boolean isHopeless(Throwable error, Vendor vendor) {
        return error instanceof NoConnectionException
                || error instanceof SQLFeatureNotSupportedException
                || error instanceof AbstractMethodError
                || error instanceof GeneralSecurityException // such as an untrusted certificate
                || error instanceof SQLException sql && isRefused(sql, vendor);
    }

    private static boolean isRefused(SQLException error, Vendor vendor) {
        String state = error.getSQLState();
        return isLoginRefused(error, vendor)
                || NO_SUCH_DATABASE.equals(state)
                || vendor.isHopeless(state, error.getErrorCode());
    }

    static boolean isLoginRefused(SQLException error, Vendor vendor) {
        String state = error.getSQLState();
        return state != null && state.startsWith(WRONG_LOGIN) || vendor.isWrongLogin(state, error.getErrorCode());
    }

    static boolean isFull(SQLException error, Vendor vendor) {
        return vendor.isFull(error.getSQLState(), error.getErrorCode());
    }

    static boolean isNoSuchDatabase(String state) {
        return NO_SUCH_DATABASE.equals(state);
    }
}
