package dev.rockpool.dashboard.internal.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;

/** The tokens of a dashboard. Keeps their digests only, and compares all of them in constant time. */
public final class Tokens {
    private static final int SHORTEST = 16;
    private static final int LONGEST = 256;
    private static final int RANDOM_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] operate;
    private final byte[] view;

    /** Each may be null. */
    public Tokens(String operate, String view) {
        this.operate = operate == null ? null : digest(operate);
        this.view = view == null ? null : digest(view);
    }

    /** What is wrong with a token, without showing it. */
    public static List<String> problems(String property, String token) {
        if (token == null) return List.of();
        boolean printable = token.chars().allMatch(letter -> letter > ' ' && letter < 127);
        if (printable && token.length() >= SHORTEST && token.length() <= LONGEST) return List.of();
        return List.of("%s has %d characters but must have %d to %d, all printable ASCII without spaces"
                .formatted(property, token.length(), SHORTEST, LONGEST));
    }

    /** A random text that cannot be guessed. */
    public static String random() {
        byte[] bytes = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** The role without a token. */
    public Role ofNobody() {
        return operate == null && view == null ? Role.VIEW : Role.NOBODY;
    }

    /** The role that this token gives; {@link Role#NOBODY} for a wrong one. */
    public Role of(String token) {
        byte[] given = digest(token);
        boolean operates = operate != null && MessageDigest.isEqual(operate, given);
        boolean views = view != null && MessageDigest.isEqual(view, given);
        if (operates) return Role.OPERATE;
        return views ? Role.VIEW : Role.NOBODY;
    }

    static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
