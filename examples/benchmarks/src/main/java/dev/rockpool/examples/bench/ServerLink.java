package dev.rockpool.examples.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;

/** Lets a forked JVM ask its parent JVM to restart the server. */
public final class ServerLink {
    static final String REQUEST = "@restart";
    static final String DONE = "done";

    private final BufferedReader in;
    private final PrintStream out;

    ServerLink(BufferedReader in, PrintStream out) {
        this.in = in;
        this.out = out;
    }

    /** Restarts the server and waits until that is done. */
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
