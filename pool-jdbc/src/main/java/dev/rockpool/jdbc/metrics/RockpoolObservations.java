package dev.rockpool.jdbc.metrics;

import dev.rockpool.PoolTracer;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;

/**
 * An observation of Micrometer for each caller that waits for a connection:
 * {@code pool.control().addTracer(new RockpoolObservations(registry))}.
 *
 * <p>It is called {@code rockpool.acquire}, in traces {@code acquire} and the name of the pool. Its parent is the current
 * observation when the wait begins. No scope is opened, so the caller's context stays as it is. A caller that is served
 * at once has none. Thread-safe.
 */
public final class RockpoolObservations implements PoolTracer {
    private final ObservationRegistry registry;

    public RockpoolObservations(ObservationRegistry registry) {
        this.registry = registry;
    }

    @Override
    public Wait waitBegins(WaitStart start) {
        Observation observation = Observation.createNotStarted("rockpool.acquire", registry)
                .contextualName("acquire " + start.getPool())
                .lowCardinalityKeyValue("pool", start.getPool())
                .lowCardinalityKeyValue("priority", start.getPriority().name())
                .start();
        if (start.getCaller() != null) observation.highCardinalityKeyValue("caller", start.getCaller());
        return (outcome, connection, failure) -> {
            observation.lowCardinalityKeyValue("outcome", outcome.name());
            if (connection != 0) observation.highCardinalityKeyValue("connection", Long.toString(connection));
            if (failure != null) observation.error(failure);
            observation.stop();
        };
    }
}
