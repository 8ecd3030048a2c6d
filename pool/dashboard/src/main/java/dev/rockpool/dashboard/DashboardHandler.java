package dev.rockpool.dashboard;

import com.sun.net.httpserver.HttpHandler;

/**
 * Answers the requests of a dashboard, without a server of its own. {@link DashboardBuilder#handler()} creates it.
 * Thread-safe. Only Rockpool implements it.
 */
public interface DashboardHandler extends AutoCloseable {
    /**
     * Answers one request. Does not throw for a bad request, and reads nothing but its body.
     *
     * @param request the request, whose path begins below the place where the page is mounted
     */
    DashboardResponse handle(DashboardRequest request);

    /** A view of this handler for the HTTP server of the JDK. It takes the path below that of its context. */
    HttpHandler toHttpHandler();

    /** Ends all streams, and resumes the pools that were paused through it. A second call does nothing. */
    @Override
    void close();
}
