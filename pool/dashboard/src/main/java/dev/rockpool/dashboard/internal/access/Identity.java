package dev.rockpool.dashboard.internal.access;

/**
 * Who makes a request.
 *
 * @param name a name for events and logs, without control characters
 * @param role what they may do
 * @param session the session that a cookie named; null without one
 * @param retryAfter for how many seconds wrong tokens are refused, as that of this request; 0 if it has none, or not yet
 */
public record Identity(String name, Role role, String session, int retryAfter) {
    private static final int LONGEST_NAME = 40;

    Identity(String name, Role role, String session) {
        this(name, role, session, 0);
    }

    /** A name that a person gave, as far as it can be shown; the other one if nothing is left of it. */
    public static String readable(String given, String otherwise) {
        if (given == null) return otherwise;
        String name = given.replaceAll("[\\p{Cntrl}\\p{Cf}']", " ").strip();
        if (name.length() > LONGEST_NAME) name = name.substring(0, LONGEST_NAME);
        return name.isEmpty() ? otherwise : name;
    }
}
