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
 * Hides the secrets of one login in the errors of drivers, which print what they were given. A password that can be read in the user's
 * name or elsewhere in the URL is left alone: nobody can tell that it is one.
 */
public final class SecretRedactor {
    /** How many errors are looked at. */
    private static final int ENOUGH = 100;

    /** The longest first: one may be a part of another. */
    private final List<String> secrets;

    /**
     * @param url null when there is none
     * @param properties the driver's, with their secrets
     * @param username null when there is none
     * @param password null when there is none
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

    /** This error; or a copy without secrets, if anything that its stack trace prints tells one. */
    public Throwable error(Throwable error) {
        return allOf(error).stream().anyMatch(this::tells) ? copy(error, Causes.FURTHEST) : error;
    }

    private boolean tells(Throwable error) {
        String printed = error.toString();
        return secrets.stream().anyMatch(printed::contains);
    }

    /** An error and what stands behind it, each once: some drivers build rings. */
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
