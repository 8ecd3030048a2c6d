package dev.rockpool.dashboard;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/** An answer of {@link DashboardHandler}. Only Rockpool implements it. */
public interface DashboardResponse {
    /** The status, such as 200. */
    int status();

    /** The headers. Immutable. */
    Map<String, String> headers();

    /** The number of bytes of the body; -1 if this is a stream that lasts until the client leaves. */
    long length();

    /**
     * Writes the body once. A stream blocks the calling thread, and flushes the output after each message.
     *
     * @throws IOException what the output throws, as when the client has left
     */
    void writeTo(OutputStream output) throws IOException;
}
