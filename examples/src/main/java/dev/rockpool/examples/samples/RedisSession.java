package dev.rockpool.examples.samples;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A session with a Redis server, in a few lines of its protocol RESP2. For one thread at a time. */
public final class RedisSession {
    /** Commands after which the next caller would notice the previous one. */
    private static final Set<String> CHANGES = Set.of("SELECT", "MULTI", "WATCH", "CLIENT", "AUTH", "HELLO");

    /** The server has refused a command. The session goes on. */
    public static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }

    private static final int ANSWER_MILLIS = 2_000;

    private final Socket socket = new Socket();
    private final InputStream in;
    private final OutputStream out;
    private boolean changed;
    private boolean broken;

    RedisSession(InetSocketAddress server) throws IOException {
        try {
            socket.connect(server, ANSWER_MILLIS);
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream());
            out = socket.getOutputStream();
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Runs a command. The answer is a String, a Long, a List of answers, or null.
     *
     * @throws RefusedException if the server refuses it
     * @throws IOException if the session is broken
     */
    public Object call(String... command) throws IOException {
        if (CHANGES.contains(command[0].toUpperCase(Locale.ROOT))) changed = true;
        Object answer;
        boolean answered = false;
        try {
            out.write(request(command));
            answer = answer();
            answered = true;
        } finally {
            if (!answered) broken = true; // its answer may come later, for another caller
        }
        if (answer instanceof RefusedException refused) throw refused;
        return answer;
    }

    /** Ends a transaction, forgets watched keys and returns to database 0. Needs Redis 6.2. */
    void reset() throws IOException {
        call("RESET");
        changed = false;
    }

    boolean isChanged() {
        return changed;
    }

    boolean isBroken() {
        return broken;
    }

    void close() throws IOException {
        socket.close();
    }

    private static byte[] request(String... command) throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.write(("*" + command.length + "\r\n").getBytes(StandardCharsets.UTF_8));
        for (String word : command) {
            byte[] text = word.getBytes(StandardCharsets.UTF_8);
            bytes.write(("$" + text.length + "\r\n").getBytes(StandardCharsets.UTF_8));
            bytes.write(text);
            bytes.write('\r');
            bytes.write('\n');
        }
        return bytes.toByteArray();
    }

    private Object answer() throws IOException {
        String line = line();
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+' -> rest;
            case '-' -> new RefusedException(rest);
            case ':' -> Long.valueOf(rest);
            case '$' -> text(Integer.parseInt(rest));
            case '*' -> answers(Integer.parseInt(rest));
            default -> throw new IOException("not an answer of Redis: " + line);
        };
    }

    private String text(int length) throws IOException {
        if (length < 0) return null;
        byte[] bytes = in.readNBytes(length + 2);
        if (bytes.length < length + 2) throw new IOException("the server has ended the session");
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private List<Object> answers(int count) throws IOException {
        if (count < 0) return null;
        List<Object> answers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) answers.add(answer());
        return answers;
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) throw new IOException("the server has ended the session");
            if (next != '\r') line.append((char) next);
        }
        if (line.isEmpty()) throw new IOException("not an answer of Redis: an empty line");
        return line.toString();
    }
}
