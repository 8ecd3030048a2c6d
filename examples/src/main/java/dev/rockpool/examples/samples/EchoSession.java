package dev.rockpool.examples.samples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * A TLS session with an echo server, which answers each line with the same line. The line {@code PREFIX x} changes the
 * session: from then on each answer begins with x. For one thread at a time.
 */
public final class EchoSession {
    private static final int ANSWER_MILLIS = 2_000;

    private final Socket tcp;
    private final SSLSocket tls;
    private final BufferedReader in;
    private final OutputStream out;
    private boolean changed;
    private boolean broken;

    private EchoSession(Socket tcp, SSLSocket tls) throws IOException {
        this.tcp = tcp;
        this.tls = tls;
        this.in = new BufferedReader(new InputStreamReader(tls.getInputStream(), StandardCharsets.UTF_8));
        this.out = tls.getOutputStream();
    }

    /** Connects and makes the TLS handshake, which checks the name in the server's certificate. */
    static EchoSession connect(InetSocketAddress server, SSLSocketFactory factory) throws IOException {
        Socket tcp = new Socket();
        try {
            tcp.connect(server, ANSWER_MILLIS);
            tcp.setSoTimeout(ANSWER_MILLIS);
            tcp.setTcpNoDelay(true);
            SSLSocket tls = (SSLSocket) factory.createSocket(tcp, server.getHostString(), server.getPort(), true);
            var parameters = tls.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            tls.setSSLParameters(parameters);
            tls.startHandshake();
            return new EchoSession(tcp, tls);
        } catch (IOException | RuntimeException e) {
            tcp.close();
            throw e;
        }
    }

    /** Sends a line and returns the answer. After an exception the session is broken: its answer may still come. */
    public String ask(String line) throws IOException {
        boolean answered = false;
        try {
            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            String answer = in.readLine();
            if (answer == null) throw new IOException("the server has ended the session");
            answered = true;
            return answer;
        } finally {
            if (!answered) broken = true;
        }
    }

    /** Lets each answer begin with this text. */
    public void prefix(String text) throws IOException {
        changed = true;
        ask("PREFIX " + text);
    }

    void reset() throws IOException {
        ask("PREFIX ");
        changed = false;
    }

    boolean isChanged() {
        return changed;
    }

    boolean isBroken() {
        return broken;
    }

    void close() throws IOException {
        tls.close();
    }

    /** Cuts the connection without the closing messages of TLS, which could wait for a stuck write. */
    void abort() throws IOException {
        tcp.close();
    }
}
