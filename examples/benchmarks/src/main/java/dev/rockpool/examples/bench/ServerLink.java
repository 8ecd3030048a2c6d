package dev.rockpool.examples.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;

/** How a forked JVM asks the one that started it to restart the server. */
public final class ServerLink {
    static final String REQUEST = "@restart";
    static final String DONE = "done";

    private final BufferedReader in;
    private final PrintStream out;

    ServerLink(BufferedReader in, PrintStream out) {
        this.in = in;
        this.out = out;
    }

    /** Returns when the server has been restarted. */
    public void restart() {
        out.println(REQUEST);
        out.flush();
        try {
            String answer = in.readLine();
            if (!DONE.equals(answer)) throw new IllegalStateException("the server was not restarted: " + answer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
