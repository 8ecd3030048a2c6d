package dev.rockpool.jdbc;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A proxy for PostgreSQL that shares sessions like PgBouncer in transaction mode. Each client has two server sessions,
 * and its transactions use them in turn. The process id that a client gets belongs to neither.
 */
final class TransactionProxy implements AutoCloseable {
    private static final int ENCRYPTION_SSL = 80877103;
    private static final int ENCRYPTION_GSS = 80877104;
    private static final int CANCEL = 80877102;

    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int server;
    private final Queue<Closeable> open = new ConcurrentLinkedQueue<>();
    private final AtomicInteger numbers = new AtomicInteger(100_000_000);

    /** Creates a proxy for the server on this port of localhost. */
    TransactionProxy(int server) throws IOException {
        this.server = server;
        start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listening.accept();
            open.add(client);
            start(() -> serve(client));
        }
    }

    private void serve(Socket socket) throws IOException {
        try (Link client = new Link(socket)) {
            byte[] login = login(client);
            if (login == null) return;
            List<Link> sessions = List.of(session(login), session(login));
            relay(sessions.get(0), client);
            relay(sessions.get(1), new Link());
            for (int turn = 0; ; ) {
                Link session = sessions.get(turn);
                Message message;
                do {
                    message = client.read();
                    session.write(message);
                } while (message.type != 'Q' && message.type != 'S');
                if (relay(session, client) == 'I') turn = 1 - turn;
            }
        }
    }

    /** The client's first message. Null if it is a cancel request. */
    private static byte[] login(Link client) throws IOException {
        while (true) {
            byte[] content = client.content();
            int code = ByteBuffer.wrap(content).getInt();
            if (code == CANCEL) return null;
            if (code != ENCRYPTION_SSL && code != ENCRYPTION_GSS) return content;
            client.out.write('N');
            client.out.flush();
        }
    }

    private Link session(byte[] login) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server);
        open.add(socket);
        Link session = new Link(socket);
        session.out.writeInt(login.length + Integer.BYTES);
        session.out.write(login);
        session.out.flush();
        return session;
    }

    /** Forwards the server's messages until it is ready for the next request. Returns the transaction state then. */
    private char relay(Link session, Link client) throws IOException {
        while (true) {
            Message message = session.read();
            if (message.type == 'K') ByteBuffer.wrap(message.content).putInt(0, numbers.incrementAndGet());
            client.write(message);
            if (message.type == 'Z') return (char) message.content[0];
        }
    }

    private static void start(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (EOFException | SocketException closed) {
                        // one of the two ends was closed
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                },
                "transaction proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Closeable socket : open) socket.close();
    }

    private interface Work {
        void run() throws IOException;
    }

    private record Message(char type, byte[] content) {}

    /** One end. */
    private static final class Link implements Closeable {
        private final DataInputStream in;
        private final DataOutputStream out;

        Link(Socket socket) throws IOException {
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            out = new DataOutputStream(socket.getOutputStream());
        }

        /** An end that discards what is written. */
        Link() {
            in = null;
            out = new DataOutputStream(new ByteArrayOutputStream());
        }

        Message read() throws IOException {
            char type = (char) in.readUnsignedByte();
            return new Message(type, content());
        }

        byte[] content() throws IOException {
            byte[] content = new byte[in.readInt() - Integer.BYTES];
            in.readFully(content);
            return content;
        }

        void write(Message message) throws IOException {
            ByteBuffer bytes = ByteBuffer.allocate(1 + Integer.BYTES + message.content.length);
            bytes.put((byte) message.type).putInt(Integer.BYTES + message.content.length);
            out.write(bytes.put(message.content).array());
            out.flush();
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
