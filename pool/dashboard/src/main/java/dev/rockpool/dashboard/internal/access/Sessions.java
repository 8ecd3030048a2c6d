package dev.rockpool.dashboard.internal.access;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Browsers that have logged in. A cookie holds a random key, never the token. Thread-safe. */
public final class Sessions {
    private static final int MOST = 64;
    private static final long LONGEST = TimeUnit.HOURS.toNanos(12);

    private final LongSupplier nanoClock;
    private final Map<String, Session> byDigest = new LinkedHashMap<>();

    private record Session(Identity identity, long since) {}

    public Sessions(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** Begins a session and returns its key. Too many sessions end the oldest one. */
    public synchronized String begin(String name, Role role) {
        String key = Tokens.random();
        String digest = digest(key);
        byDigest.put(digest, new Session(new Identity(name, role, digest), nanoClock.getAsLong()));
        if (byDigest.size() > MOST) byDigest.remove(byDigest.keySet().iterator().next());
        return key;
    }

    /** The user with this key; null if there is no such session, or it has ended. */
    public Identity find(String key) {
        return identity(digest(key));
    }

    /** Whether this session has not ended. */
    public boolean isOpen(String session) {
        return identity(session) != null;
    }

    public synchronized void end(String session) {
        byDigest.remove(session);
    }

    private synchronized Identity identity(String digest) {
        Session found = byDigest.get(digest);
        if (found == null) return null;
        if (nanoClock.getAsLong() - found.since <= LONGEST) return found.identity;
        byDigest.remove(digest);
        return null;
    }

    /** Looked up by its digest, so that the time of a look-up tells nothing about a key. */
    private static String digest(String key) {
        return HexFormat.of().formatHex(Tokens.digest(key));
    }
}
