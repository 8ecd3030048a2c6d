package dev.rockpool.dashboard;

import java.io.InputStream;
import java.util.Objects;
import java.util.function.Function;

/**
 * A request for {@link DashboardHandler}.
 *
 * @param method the method, such as {@code GET}
 * @param path the path below the place where the page is mounted; begins with {@code /}
 * @param query the raw query without {@code ?}; null if there is none
 * @param headers gives the value of a header by its name, whatever its case; null if it is absent
 * @param body the body; it is read on the calling thread, at most 16 KiB of it
 * @param secure whether the request came over TLS
 * @param remoteAddress where the request came from, for the log; never taken from a forwarded header
 */
public record DashboardRequest(
        String method,
        String path,
        String query,
        Function<String, String> headers,
        InputStream body,
        boolean secure,
        String remoteAddress) {
    /** @throws NullPointerException if a parameter but {@code query} is null */
    public DashboardRequest {
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(headers, "headers");
        Objects.requireNonNull(body, "body");
        Objects.requireNonNull(remoteAddress, "remoteAddress");
    }

    /** The value of a header; null if it is absent. */
    public String header(String name) {
        return headers.apply(name);
    }
}
