package dev.rockpool.examples.samples;

import dev.rockpool.BlockingConnectionFactory;
import dev.rockpool.ReturnState;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;

/** Lets a pool keep the connections of Lettuce, a Redis client. Each sends a command before earlier ones are answered. */
// region lettuce
final class LettuceFactory implements BlockingConnectionFactory<StatefulRedisConnection<String, String>> {
    private final RedisClient client;

    LettuceFactory(RedisClient client) {
        this.client = client;
        // The pool opens another connection instead.
        client.setOptions(ClientOptions.builder().autoReconnect(false).build());
    }

    @Override
    public StatefulRedisConnection<String, String> open() {
        return client.connect();
    }

    @Override
    public void close(StatefulRedisConnection<String, String> connection) {
        connection.close();
    }

    @Override
    public boolean probe(StatefulRedisConnection<String, String> connection) {
        return "PONG".equals(connection.sync().ping());
    }

    @Override
    public ReturnState inspect(StatefulRedisConnection<String, String> connection) {
        return connection.isOpen() ? ReturnState.CLEAN : ReturnState.BROKEN;
    }
}
// endregion
