package dev.rockpool.jdbc.spring;

import dev.rockpool.Diagnosis;
import dev.rockpool.HeldConnection;
import dev.rockpool.PoolControl;
import dev.rockpool.WaitingCallers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * The actuator endpoint {@code rockpool}: the numbers of each pool, and for one pool the diagnosis and the connections.
 * Operations need {@code management.endpoint.rockpool.access=unrestricted}. Statements are not shown. Times are in
 * milliseconds.
 */
@Endpoint(id = "rockpool", defaultAccess = Access.READ_ONLY)
public final class RockpoolEndpoint {
    /** The operations that {@link #operate} knows. */
    private static final Map<String, Operation> OPERATIONS = new LinkedHashMap<>();

    static {
        OPERATIONS.put("check", control -> control.check().toString());
        OPERATIONS.put("clear", control -> control.clear() + " closed");
        OPERATIONS.put("evict-all", control -> {
            control.evictAll();
            return "evicted all";
        });
        OPERATIONS.put("pause", control -> {
            control.pause();
            return "paused";
        });
        OPERATIONS.put("remove-expired", control -> {
            control.removeExpired();
            return "removed expired";
        });
        OPERATIONS.put("reset-times", control -> {
            control.resetTimes();
            return "times reset";
        });
        OPERATIONS.put("resume", control -> {
            control.resume();
            return "resumed";
        });
    }

    private final Supplier<Map<String, PoolControl>> pools;

    private interface Operation {
        String run(PoolControl control) throws InterruptedException;
    }

    /** @param pools the pools by the names of their beans */
    RockpoolEndpoint(Supplier<Map<String, PoolControl>> pools) {
        this.pools = pools;
    }

    /** The numbers of all pools, by the names of their beans. */
    @ReadOperation
    public Map<String, Object> pools() {
        Map<String, Object> all = new LinkedHashMap<>();
        pools.get().forEach((bean, control) -> all.put(bean, EndpointText.numbers(control)));
        return all;
    }

    /** One pool: its numbers, why callers wait, and its connections. Null if there is no such bean. */
    @ReadOperation
    public Map<String, Object> pool(@Selector String name) {
        PoolControl control = pools.get().get(name);
        if (control == null) return null;
        Diagnosis diagnosis = control.diagnose();
        Map<String, Object> all = EndpointText.numbers(control);
        all.put("verdict", diagnosis.getVerdict());
        all.put("advice", diagnosis.getAdvice());
        all.put(
                "leases",
                diagnosis.getLeases().stream().map(RockpoolEndpoint::lease).toList());
        all.put(
                "waiting",
                diagnosis.getWaiting().stream().map(RockpoolEndpoint::waiting).toList());
        all.put("connections", EndpointText.connections(control));
        return all;
    }

    /**
     * Changes one pool. Null if there is no such bean.
     *
     * @param operation such as {@code evict-all}
     * @throws IllegalArgumentException if there is no such operation
     * @throws InterruptedException if interrupted while it waits for a check
     */
    @WriteOperation
    public Map<String, Object> operate(@Selector String name, String operation) throws InterruptedException {
        PoolControl control = pools.get().get(name);
        if (control == null) return null;
        Operation known = OPERATIONS.get(operation);
        if (known == null)
            throw new IllegalArgumentException(
                    "operation is '" + operation + "' but must be one of " + List.copyOf(OPERATIONS.keySet()));
        return Map.of("done", known.run(control));
    }

    private static Map<String, Object> lease(HeldConnection held) {
        Map<String, Object> lease = new LinkedHashMap<>();
        lease.put("connection", held.getConnection());
        lease.put("holder", held.getHolder());
        if (held.getCaller() != null) lease.put("caller", held.getCaller());
        lease.put("held", held.getHeld().toMillis());
        if (held.isActive() != null) lease.put("active", held.isActive());
        lease.put("stack", held.getStack());
        return lease;
    }

    private static Map<String, Object> waiting(WaitingCallers callers) {
        Map<String, Object> waiting = new LinkedHashMap<>();
        waiting.put("caller", callers.getCaller());
        waiting.put("count", callers.getCount());
        waiting.put("oldest", callers.getOldest().toMillis());
        return waiting;
    }
}
