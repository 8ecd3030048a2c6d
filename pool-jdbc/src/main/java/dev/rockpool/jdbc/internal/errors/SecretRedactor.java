package dev.rockpool.jdbc.internal.errors;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Removes the secrets of one login from the errors of drivers, which may contain them. A password that also occurs in
 * the user name or elsewhere in the URL is kept, because it does not stand out as a password there.
 */
public final class SecretRedactor {
    /** How many errors are checked. */
    private static final int ENOUGH = 100;

    /** Longest first, because one may contain another. */
    private final List<String> secrets;

    /**
     * @param url null if there is none
     * @param properties the driver's properties, with their secrets
     * @param username null if there is none
     * @param password null if there is none
     */
    public SecretRedactor(String url, Map<String, String> properties, String username, String password) {
        List<String> open = Stream.of(url == null ? null : Secrets.mask(url), username)
                .filter(Objects::nonNull)
                .toList();
        List<String> all = new ArrayList<>();
        if (password != null) all.add(password);
        properties.forEach((name, value) -> {
            if (Secrets.isNameOfSecret(name)) all.add(value);
        });
        if (url != null) all.addAll(Secrets.inUrl(url));
        this.secrets = all.stream()
                .filter(secret -> !secret.isBlank() && !secret.equals(Secrets.MASK))
                .filter(secret -> open.stream().noneMatch(text -> text.contains(secret)))
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    public String text(String text) {
        String masked = text;
        for (String secret : secrets) masked = masked.replace(secret, Secrets.MASK);
        return masked;
    }

    /** This error, or a copy without secrets if its stack trace would print one. */
    public Throwable error(Throwable error) {
        return allOf(error).stream().anyMatch(this::tells) ? copy(error, Causes.FURTHEST) : error;
    }

    private boolean tells(Throwable error) {
        String printed = error.toString();
        return secrets.stream().anyMatch(printed::contains);
    }

    /** An error and its causes, each once, because some drivers build cycles. */
    private static Set<Throwable> allOf(Throwable error) {
        Set<Throwable> found = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Throwable> next = new ArrayDeque<>(List.of(error));
        while (!next.isEmpty() && found.size() < ENOUGH) {
            Throwable one = next.removeFirst();
            if (!found.add(one)) continue;
            if (one.getCause() != null) next.add(one.getCause());
            if (one instanceof SQLException sql && sql.getNextException() != null) next.add(sql.getNextException());
            next.addAll(List.of(one.getSuppressed()));
        }
        return found;
    }

    private SQLException copy(Throwable error, int depth) {
        Throwable behind = error.getCause();
        SQLException cause = behind == null || depth == 1 ? null : copy(behind, depth - 1);
        SQLException copy = error instanceof SQLException sql
                ? new SQLException(
                        text(Objects.requireNonNullElse(sql.getMessage(), "")),
                        sql.getSQLState(),
                        sql.getErrorCode(),
                        cause)
                : new SQLException(text(error.toString()), null, cause);
        copy.setStackTrace(error.getStackTrace());
        return copy;
    }
}
