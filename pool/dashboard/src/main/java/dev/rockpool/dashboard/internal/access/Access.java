package dev.rockpool.dashboard.internal.access;

import dev.rockpool.dashboard.DashboardRequest;
import dev.rockpool.internal.base.PoolLogKt;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Checks a request before anything else looks at it. Forwarded headers are ignored: anybody can send them.
 *
 * <p>A change is accepted only as JSON, which no foreign page can send without asking first. A change with a cookie needs
 * an {@code Origin} too, and browsers send one with every POST.
 */
public final class Access {
    private static final String BEARER = "bearer ";

    private final Tokens tokens;
    private final HostNames hosts;
    private final Sessions sessions;
    private final WrongTokens wrong;
    private final String cookie;

    /** @param cookie the name of the cookie; that of each dashboard differs, as cookies do not tell ports apart */
    public Access(Tokens tokens, HostNames hosts, LongSupplier nanoClock, String cookie) {
        this.tokens = tokens;
        this.hosts = hosts;
        this.sessions = new Sessions(nanoClock);
        this.wrong = new WrongTokens(nanoClock);
        this.cookie = cookie;
    }

    /** Whether the request was sent to a name of this page. */
    public boolean isForUs(DashboardRequest request) {
        return hosts.accept(request.header("Host"));
    }

    /** Whether no other page has made the browser send the request. */
    public boolean isOwnOrigin(DashboardRequest request) {
        String site = request.header("Sec-Fetch-Site");
        if (site != null && !site.equals("same-origin") && !site.equals("none")) return false;
        String origin = request.header("Origin");
        if (origin == null) return true;
        String host = request.header("Host");
        return origin.equalsIgnoreCase("https://" + host)
                || !request.secure() && origin.equalsIgnoreCase("http://" + host);
    }

    public boolean isJson(DashboardRequest request) {
        String type = request.header("Content-Type");
        return type != null && type.split(";", 2)[0].strip().equalsIgnoreCase("application/json");
    }

    /** Whether a change may be made by a request that {@link #isOwnOrigin}. */
    public boolean isProvenOrigin(DashboardRequest request) {
        return request.header("Origin") != null || bearer(request) != null;
    }

    /** Who makes the request. A wrong token is nobody's, whatever cookie comes with it. */
    public Identity identify(DashboardRequest request) {
        String token = bearer(request);
        if (token != null) return known(token, "a client", request);
        String key = cookieOf(request);
        Identity known = key == null ? null : sessions.find(key);
        return known != null ? known : new Identity("somebody at " + request.remoteAddress(), tokens.ofNobody(), null);
    }

    /** Who has this token. A wrong one is counted. */
    public Identity known(String token, String name, DashboardRequest request) {
        String address = request.remoteAddress();
        String shown = Identity.readable(name, "an operator") + " at " + address;
        Role role = token == null ? Role.NOBODY : tokens.of(token);
        if (role != Role.NOBODY || token == null) return new Identity(shown, role, null);
        int retryAfter = wrong.add(address);
        if (retryAfter == 0 && wrong.isFirst(address))
            PoolLogKt.logWarn(null, () -> "a wrong token was tried at the dashboard from " + address);
        if (retryAfter > 0 && wrong.isFirstTooMany(address))
            PoolLogKt.logWarn(
                    null, () -> "too many wrong tokens were tried at the dashboard, the last one from " + address);
        return new Identity(shown, role, null, retryAfter);
    }

    /** Begins a session of somebody who is {@link #known}, and returns its cookie. */
    public String begin(Identity known, DashboardRequest request) {
        return cookie + "=" + sessions.begin(known.name(), known.role()) + attributes(request);
    }

    /** Ends the session, and returns the cookie that makes the browser forget it. */
    public String logout(Identity identity, DashboardRequest request) {
        if (identity.session() != null) sessions.end(identity.session());
        return cookie + "=" + attributes(request) + "; Max-Age=0";
    }

    /** Whether somebody who was identified may still read. */
    public boolean isStill(Identity identity) {
        return identity.session() == null || sessions.isOpen(identity.session());
    }

    /** No path: the cookie goes only where the login was, below the place where the page is mounted. */
    private static String attributes(DashboardRequest request) {
        return "; HttpOnly; SameSite=Strict" + (request.secure() ? "; Secure" : "");
    }

    private static String bearer(DashboardRequest request) {
        String header = request.header("Authorization");
        if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(BEARER)) return null;
        return header.substring(BEARER.length()).strip();
    }

    private String cookieOf(DashboardRequest request) {
        String header = request.header("Cookie");
        if (header == null) return null;
        for (String part : header.split(";")) {
            String[] pair = part.strip().split("=", 2);
            if (pair.length == 2 && pair[0].equals(cookie)) return pair[1];
        }
        return null;
    }
}
