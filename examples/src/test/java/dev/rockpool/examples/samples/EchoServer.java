package dev.rockpool.examples.samples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** An echo server with TLS and a certificate of its own, whose sessions can be killed and frozen. */
final class EchoServer implements AutoCloseable {
    private static final char[] PASSWORD = "secret".toCharArray();

    private final SSLContext context;
    private final SSLServerSocket server;
    private final Set<Socket> sessions = ConcurrentHashMap.newKeySet();
    private final Object gate = new Object();
    private volatile boolean frozen;

    EchoServer(Path folder) throws IOException, GeneralSecurityException, InterruptedException {
        context = context(certificate(folder));
        server = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    InetSocketAddress address() {
        return new InetSocketAddress("localhost", server.getLocalPort());
    }

    /** For clients that trust the certificate. */
    SSLSocketFactory trusting() {
        return context.getSocketFactory();
    }

    int sessions() {
        return sessions.size();
    }

    void killSessions() throws IOException {
        for (Socket session : sessions) session.close();
    }

    /** From now on the server accepts, and answers nothing. */
    void freeze() {
        frozen = true;
    }

    void thaw() {
        synchronized (gate) {
            frozen = false;
            gate.notifyAll();
        }
    }

    @Override
    public void close() throws IOException {
        thaw();
        server.close();
        killSessions();
    }

    private void accept() throws IOException {
        while (true) {
            Socket session = server.accept();
            sessions.add(session);
            start(() -> echo(session));
        }
    }

    private void echo(Socket session) throws IOException {
        String prefix = "";
        try (session) {
            waitWhileFrozen();
            var in = new BufferedReader(new InputStreamReader(session.getInputStream(), StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                waitWhileFrozen();
                if (line.startsWith("PREFIX ")) prefix = line.substring("PREFIX ".length());
                session.getOutputStream().write((prefix + line + "\n").getBytes(StandardCharsets.UTF_8));
            }
        } finally {
            sessions.remove(session);
        }
    }

    private void waitWhileFrozen() {
        synchronized (gate) {
            try {
                while (frozen) gate.wait();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        var thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // the session, or the server, has ended
                    }
                },
                "echo server");
        thread.setDaemon(true);
        thread.start();
    }

    private static KeyStore certificate(Path folder)
            throws IOException, GeneralSecurityException, InterruptedException {
        Path file = folder.resolve("echo.p12");
        Path log = folder.resolve("keytool.log");
        var command = "-genkeypair -alias echo -keyalg EC -validity 2 -dname CN=localhost -ext san=dns:localhost"
                + " -storetype PKCS12 -storepass " + new String(PASSWORD) + " -keystore";
        List<String> words = new ArrayList<>(List.of(command.split(" ")));
        words.add(0, Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        words.add(file.toString());
        Process process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (process.waitFor() != 0) throw new IOException("keytool failed: " + Files.readString(log));
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        return store;
    }

    private static SSLContext context(KeyStore store) throws GeneralSecurityException {
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        try {
            trusted.load(null, null);
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
        trusted.setCertificateEntry("echo", store.getCertificate("echo"));
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
