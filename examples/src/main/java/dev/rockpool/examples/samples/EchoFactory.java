package dev.rockpool.examples.samples;

import dev.rockpool.BlockingConnectionFactory;
import dev.rockpool.ConnectFailure;
import dev.rockpool.ReturnState;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLSocketFactory;

/** Lets a pool keep TLS sessions with an echo server. */
// region echo factory
public final class EchoFactory implements BlockingConnectionFactory<EchoSession> {
    private final InetSocketAddress server;
    private final SSLSocketFactory tls;

    public EchoFactory(InetSocketAddress server, SSLSocketFactory tls) {
        this.server = server;
        this.tls = tls;
    }

    @Override
    public EchoSession open() throws IOException {
        return EchoSession.connect(server, tls);
    }

    @Override
    public void close(EchoSession session) throws IOException {
        session.close();
    }

    @Override
    public void abort(EchoSession session) throws IOException {
        session.abort();
    }

    @Override
    public boolean probe(EchoSession session) throws IOException {
        return session.ask("alive?").equals("alive?");
    }

    @Override
    public ReturnState inspect(EchoSession session) {
        if (session.isBroken()) return ReturnState.BROKEN;
        return session.isChanged() ? ReturnState.DIRTY : ReturnState.CLEAN;
    }

    @Override
    public void reset(EchoSession session) throws IOException {
        session.reset();
    }

    /** A certificate that is not trusted does not become so by trying again. */
    @Override
    public ConnectFailure classify(Throwable error) {
        boolean untrusted = false;
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException) untrusted = true;
        }
        return untrusted ? ConnectFailure.PERMANENT : ConnectFailure.TRANSIENT;
    }
}
// endregion
