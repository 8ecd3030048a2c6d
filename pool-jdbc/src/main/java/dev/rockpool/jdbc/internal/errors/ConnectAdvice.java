package dev.rockpool.jdbc.internal.errors;

import dev.rockpool.jdbc.internal.vendor.Vendor;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Explains briefly why a connect failed and what to do. */
public final class ConnectAdvice {
    private static final Pattern ADVISES = Pattern.compile("(?i)(^|[.!] +)(check|verify|make sure|ensure)\\b");

    private ConnectAdvice() {}

    /** @param where the URL without secrets; null if there is none */
    public static String explain(Throwable error, Vendor vendor, String where) {
        List<Throwable> causes = Causes.of(error).toList();
        Throwable root = causes.get(causes.size() - 1);
        String said = error.getMessage() == null ? error.toString() : error.getMessage();
        String reason =
                Objects.requireNonNullElse(root.getMessage(), root.getClass().getName());
        boolean toldWhy = root == error || said.contains(reason);
        String why = toldWhy ? "" : ", because of " + root;
        String hints = Stream.of(where, isAdvice(said) ? null : advice(error, causes, vendor))
                .filter(Objects::nonNull)
                .collect(Collectors.joining("; "));
        String more = why + (hints.isEmpty() ? "" : " (" + hints + ")");
        return more.isEmpty() ? said : withoutFullStop(said) + more;
    }

    private static String withoutFullStop(String text) {
        return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    }

    /** Some drivers add a sentence of advice themselves. Then the pool adds none. */
    private static boolean isAdvice(String said) {
        return ADVISES.matcher(said).find();
    }

    private static String advice(Throwable error, List<Throwable> causes, Vendor vendor) {
        if (error instanceof RefusedException refused) return ofRefusal(refused);
        return causes.stream()
                .map(cause -> of(cause, vendor))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static String ofRefusal(RefusedException refused) {
        return refused.property().equals("customizer") ? null : RefusedSettings.advice(refused.property());
    }

    private static String of(Throwable error, Vendor vendor) {
        if (error instanceof UnknownHostException) return "see the host in the url, and the name service";
        if (error instanceof ConnectException) return "see that the server runs, and host and port in the url";
        if (error instanceof SocketTimeoutException)
            return "see that host and port in the url can be reached, past firewalls too";
        if (error instanceof GeneralSecurityException)
            return "see the server's certificate, and which ones the driver is told to trust";
        return error instanceof SQLException sql ? of(sql, vendor) : null;
    }

    private static String of(SQLException error, Vendor vendor) {
        if (error instanceof NoConnectionException) return null;
        if (error instanceof RefusedException refused) return ofRefusal(refused);
        if (ConnectErrors.isFull(error, vendor))
            return "see the server's limit of connections, and maxSize of all pools on it";
        if (ConnectErrors.isLoginRefused(error, vendor)) return "see username and password";
        String state = error.getSQLState();
        if (ConnectErrors.isNoSuchDatabase(state)) return "see the database in the url";
        return vendor.isHopeless(state, error.getErrorCode())
                ? "see username, password, and the database in the url"
                : null;
    }
}
