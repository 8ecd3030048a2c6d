package dev.rockpool.jdbc.internal.postgres;

import dev.rockpool.jdbc.internal.connection.Traffic;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/** A socket that notes its {@link Traffic}. TLS is layered over it, so what passes is seen with TLS too. */
final class TrafficSocket extends Socket {
    /** In bytes: a large write is done in pieces, so that its progress is seen. */
    private static final int PIECE = 64 * 1024;

    private final Traffic traffic;

    TrafficSocket(Traffic traffic) {
        this.traffic = traffic;
        traffic.inbox(this::hasUnread);
    }

    /**
     * Whether bytes have arrived that the driver has not read. One quick system call. If the server has closed the
     * connection without a word, there are none either.
     *
     * @throws IOException if the socket is closed
     */
    private boolean hasUnread() throws IOException {
        return super.getInputStream().available() > 0;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new Input(super.getInputStream(), traffic);
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return new Output(super.getOutputStream(), traffic);
    }

    private static final class Input extends FilterInputStream {
        private final Traffic traffic;

        Input(InputStream in, Traffic traffic) {
            super(in);
            this.traffic = traffic;
        }

        @Override
        public int read() throws IOException {
            traffic.begin();
            try {
                int read = in.read();
                if (read >= 0) traffic.received();
                return read;
            } finally {
                traffic.end();
            }
        }

        @Override
        public int read(byte[] bytes, int from, int size) throws IOException {
            traffic.begin();
            try {
                int read = in.read(bytes, from, size);
                if (read > 0) traffic.received();
                return read;
            } finally {
                traffic.end();
            }
        }
    }

    private static final class Output extends FilterOutputStream {
        private final Traffic traffic;

        Output(OutputStream out, Traffic traffic) {
            super(out);
            this.traffic = traffic;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int size) throws IOException {
            int end = from + size;
            for (int piece, next = from; next < end; next += piece) {
                piece = Math.min(end - next, PIECE);
                writePiece(bytes, next, piece);
            }
        }

        private void writePiece(byte[] bytes, int from, int size) throws IOException {
            traffic.sends(size);
            traffic.begin();
            try {
                out.write(bytes, from, size);
            } finally {
                traffic.end();
            }
        }
    }
}
