package dev.rockpool.jdbc.internal.connection;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.FilterReader;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Writer;
import javax.xml.transform.sax.SAXSource;
import javax.xml.transform.stream.StreamResult;
import javax.xml.transform.stream.StreamSource;
import org.xml.sax.InputSource;

/** The streams of a lease, many of which read from the connection. They end with the lease. */
final class LeasedStreams {
    private LeasedStreams() {}

    static InputStream wrap(LeasedConnection lease, InputStream stream) {
        return stream == null ? null : new Input(lease, stream);
    }

    static OutputStream wrap(LeasedConnection lease, OutputStream stream) {
        return stream == null ? null : new Output(lease, stream);
    }

    static Reader wrap(LeasedConnection lease, Reader reader) {
        return reader == null ? null : new Characters(lease, reader);
    }

    static Writer wrap(LeasedConnection lease, Writer writer) {
        return writer == null ? null : new Text(lease, writer);
    }

    /** Replaces the streams in an XML source or result. */
    static <T> T wrapXml(LeasedConnection lease, T xml) {
        if (xml instanceof StreamSource source) {
            source.setInputStream(wrap(lease, source.getInputStream()));
            source.setReader(wrap(lease, source.getReader()));
        } else if (xml instanceof SAXSource source && source.getInputSource() != null) {
            InputSource input = source.getInputSource();
            input.setByteStream(wrap(lease, input.getByteStream()));
            input.setCharacterStream(wrap(lease, input.getCharacterStream()));
        } else if (xml instanceof StreamResult result) {
            result.setOutputStream(wrap(lease, result.getOutputStream()));
            result.setWriter(wrap(lease, result.getWriter()));
        }
        return xml;
    }

    private static void check(LeasedConnection lease) throws IOException {
        if (lease.isGone()) throw new IOException("Connection is closed");
        lease.ran();
    }

    private static final class Input extends FilterInputStream {
        private final LeasedConnection lease;

        Input(LeasedConnection lease, InputStream driver) {
            super(driver);
            this.lease = lease;
        }

        @Override
        public int read() throws IOException {
            check(lease);
            return in.read();
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            check(lease);
            return in.read(bytes, from, length);
        }

        @Override
        public long skip(long count) throws IOException {
            check(lease);
            return in.skip(count);
        }

        @Override
        public int available() throws IOException {
            check(lease);
            return in.available();
        }

        @Override
        public synchronized void mark(int limit) {
            if (!lease.isGone()) in.mark(limit);
        }

        @Override
        public synchronized void reset() throws IOException {
            check(lease);
            in.reset();
        }

        @Override
        public void close() throws IOException {
            if (!lease.isGone()) in.close();
        }
    }

    private static final class Output extends FilterOutputStream {
        private final LeasedConnection lease;

        Output(LeasedConnection lease, OutputStream driver) {
            super(driver);
            this.lease = lease;
        }

        @Override
        public void write(int one) throws IOException {
            check(lease);
            out.write(one);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            check(lease);
            out.write(bytes, from, length);
        }

        @Override
        public void flush() throws IOException {
            check(lease);
            out.flush();
        }

        @Override
        public void close() throws IOException {
            if (!lease.isGone()) out.close();
        }
    }

    private static final class Characters extends FilterReader {
        private final LeasedConnection lease;

        Characters(LeasedConnection lease, Reader driver) {
            super(driver);
            this.lease = lease;
        }

        @Override
        public int read() throws IOException {
            check(lease);
            return in.read();
        }

        @Override
        public int read(char[] characters, int from, int length) throws IOException {
            check(lease);
            return in.read(characters, from, length);
        }

        @Override
        public long skip(long count) throws IOException {
            check(lease);
            return in.skip(count);
        }

        @Override
        public boolean ready() throws IOException {
            check(lease);
            return in.ready();
        }

        @Override
        public void mark(int limit) throws IOException {
            check(lease);
            in.mark(limit);
        }

        @Override
        public void reset() throws IOException {
            check(lease);
            in.reset();
        }

        @Override
        public void close() throws IOException {
            if (!lease.isGone()) in.close();
        }
    }

    private static final class Text extends FilterWriter {
        private final LeasedConnection lease;

        Text(LeasedConnection lease, Writer driver) {
            super(driver);
            this.lease = lease;
        }

        @Override
        public void write(int one) throws IOException {
            check(lease);
            out.write(one);
        }

        @Override
        public void write(char[] characters, int from, int length) throws IOException {
            check(lease);
            out.write(characters, from, length);
        }

        @Override
        public void write(String text, int from, int length) throws IOException {
            check(lease);
            out.write(text, from, length);
        }

        @Override
        public void flush() throws IOException {
            check(lease);
            out.flush();
        }

        @Override
        public void close() throws IOException {
            if (!lease.isGone()) out.close();
        }
    }
}
