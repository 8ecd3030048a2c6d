package dev.rockpool.jdbc.metrics;

import dev.rockpool.PoolTracer;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;

/**
 * A span of OpenTelemetry for each caller that waits for a connection:
 * {@code pool.control().addTracer(new RockpoolSpans(openTelemetry.getTracer("rockpool")))}.
 *
 * <p>The span is called {@code acquire} and the name of the pool. Its parent is the current span when the wait begins. It
 * is never made current itself, so the caller's context stays as it is. A caller that is served at once has no span.
 * Thread-safe.
 */
public final class RockpoolSpans implements PoolTracer {
    private final Tracer tracer;

    public RockpoolSpans(Tracer tracer) {
        this.tracer = tracer;
    }

    @Override
    public Wait waitBegins(WaitStart start) {
        SpanBuilder builder = tracer.spanBuilder("acquire " + start.getPool())
                .setParent(Context.current())
                .setSpanKind(SpanKind.INTERNAL)
                .setAttribute("db.client.connection.pool.name", start.getPool())
                .setAttribute("rockpool.priority", start.getPriority().name())
                .setAttribute("rockpool.pending", start.getPending())
                .setAttribute("rockpool.leased", start.getLeased());
        if (start.getCaller() != null) builder.setAttribute("rockpool.caller", start.getCaller());
        Span span = builder.startSpan();
        return (outcome, connection, failure) -> {
            span.setAttribute("rockpool.outcome", outcome.name());
            if (connection != 0) span.setAttribute("rockpool.connection", connection);
            if (failure != null) {
                span.recordException(failure);
                span.setStatus(StatusCode.ERROR);
            }
            span.end();
        };
    }
}
