package dev.rockpool.examples.samples;

import dev.rockpool.BlockingConnectionFactory;
import dev.rockpool.ReturnState;
import java.io.IOException;
import java.net.InetSocketAddress;

/** Lets a pool keep Redis sessions. */
// region redis factory
public final class RedisFactory implements BlockingConnectionFactory<RedisSession> {
    private final InetSocketAddress server;

    public RedisFactory(InetSocketAddress server) {
        this.server = server;
    }

    @Override
    public RedisSession open() throws IOException {
        return new RedisSession(server);
    }

    @Override
    public void close(RedisSession session) throws IOException {
        session.close();
    }

    @Override
    public void abort(RedisSession session) throws IOException {
        session.close();
    }

    @Override
    public boolean probe(RedisSession session) throws IOException {
        return "PONG".equals(session.call("PING"));
    }

    @Override
    public ReturnState inspect(RedisSession session) {
        if (session.isBroken()) return ReturnState.BROKEN;
        return session.isChanged() ? ReturnState.DIRTY : ReturnState.CLEAN;
    }

    @Override
    public void reset(RedisSession session) throws IOException {
        session.reset();
    }
}
// endregion
