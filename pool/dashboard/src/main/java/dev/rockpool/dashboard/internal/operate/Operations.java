package dev.rockpool.dashboard.internal.operate;

import dev.rockpool.PoolControl;
import dev.rockpool.dashboard.internal.access.Identity;
import dev.rockpool.dashboard.internal.json.JsonBody;
import dev.rockpool.dashboard.internal.json.JsonText;
import dev.rockpool.dashboard.internal.pools.WatchedPool;
import dev.rockpool.internal.base.PoolLogKt;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kotlinx.serialization.json.JsonElement;

/** The operations by name. Each is noted in the pool's events and in the log, with who did it. */
public final class Operations implements AutoCloseable {
    private static final long LONGEST_PAUSE = 3600;

    private final Map<String, Operation> byName = new LinkedHashMap<>();
    private final Pauses pauses;

    /** One operation, and the members of its request beside the pool. It returns what was done, for the events. */
    private record Operation(Set<String> members, BiFunction<Call, JsonBody, Done> run) {}

    private record Call(WatchedPool pool, String who) {
        PoolControl control() {
            return pool.control();
        }
    }

    private record Done(String text, JsonElement answer) {
        static Done of(String text) {
            return new Done(text, JsonText.object("done", text));
        }
    }

    /** @param timer ends pauses */
    public Operations(ScheduledExecutorService timer) {
        pauses = new Pauses(timer);
        byName.put("evict", new Operation(Set.of("connection"), Operations::evict));
        byName.put("evict-all", new Operation(Set.of(), (call, body) -> {
            Signed.run(call.who, () -> call.control().evictAll("evicted on the dashboard"));
            return Done.of("evicted all connections");
        }));
        byName.put(
                "clear",
                new Operation(
                        Set.of(),
                        (call, body) -> Done.of("closed " + call.control().clear() + " idle connections")));
        byName.put("remove-expired", new Operation(Set.of(), (call, body) -> {
            call.control().removeExpired();
            return Done.of("removed expired connections");
        }));
        byName.put("acknowledge", new Operation(Set.of("alert"), Operations::acknowledge));
        byName.put("watch-usage", new Operation(Set.of("on"), Operations::watchUsage));
        byName.put("check", new Operation(Set.of(), Operations::check));
        byName.put("pause", new Operation(Set.of("confirm", "seconds"), this::pause));
        byName.put("resume", new Operation(Set.of(), (call, body) -> {
            pauses.resume(call.pool, call.who);
            return Done.of("resumed the pool");
        }));
        byName.put("reconfigure", new Operation(Set.of("settings"), Operations::reconfigure));
        byName.put("reset-times", new Operation(Set.of(), (call, body) -> {
            call.control().resetTimes();
            return Done.of("reset the times");
        }));
    }

    public Set<String> names() {
        return byName.keySet();
    }

    /** The members that the request of this operation may have. */
    public Set<String> members(String name) {
        return Stream.concat(Stream.of("pool"), byName.get(name).members.stream())
                .collect(Collectors.toSet());
    }

    /**
     * Runs an operation and returns its answer.
     *
     * @throws IllegalArgumentException if the request is wrong
     * @throws Refused if it cannot be done now
     */
    public JsonElement run(String name, WatchedPool pool, Identity who, JsonBody body) {
        Done done = byName.get(name).run.apply(new Call(pool, "dashboard: " + who.name()), body);
        note(pool, who, done.text);
        return done.answer;
    }

    /** What other settings would do. Changes nothing. */
    public JsonElement preview(WatchedPool pool, JsonBody body) {
        return change(pool.control(), body).preview(pool.control().snapshot());
    }

    /** Says why callers wait. */
    public JsonElement diagnose(WatchedPool pool, Identity who) {
        JsonElement answer = pool.diagnose();
        note(pool, who, "asked for a diagnosis");
        return answer;
    }

    /** When the pause of this pool ends; null if it was not paused here. */
    public Long pausedUntil(WatchedPool pool) {
        return pauses.until(pool);
    }

    private static void note(WatchedPool pool, Identity who, String text) {
        pool.note(who.name() + " " + text);
        PoolLogKt.logInfo(() -> "pool '" + pool.name() + "': " + who.name() + " " + text);
    }

    private static Done evict(Call call, JsonBody body) {
        Long number = body.whole("connection");
        if (number == null) throw new IllegalArgumentException("connection must be the number of a connection");
        boolean[] found = new boolean[1];
        Signed.run(call.who, () -> found[0] = call.control().evict(number, "evicted on the dashboard"));
        if (!found[0]) throw new Refused("there is no connection " + number);
        return Done.of("evicted connection " + number);
    }

    private static Done acknowledge(Call call, JsonBody body) {
        Long alert = body.whole("alert");
        if (alert == null) throw new IllegalArgumentException("alert must be the number of an alert");
        if (!call.pool.acknowledge(alert, call.who)) throw new Refused("alert " + alert + " does not fire");
        return Done.of("acknowledged alert " + alert);
    }

    private static Done watchUsage(Call call, JsonBody body) {
        Boolean on = body.flag("on");
        if (on == null) throw new IllegalArgumentException("on must be true or false");
        call.control().setWatchUsage(on);
        return Done.of(on ? "began to watch the usage" : "stopped watching the usage");
    }

    private static Done check(Call call, JsonBody body) {
        try {
            return Done.of("checked the idle connections: " + call.control().check());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refused("the check was interrupted");
        }
    }

    private Done pause(Call call, JsonBody body) {
        if (!call.pool.name().equals(body.text("confirm")))
            throw new IllegalArgumentException("confirm must be the name of the pool");
        Long seconds = body.whole("seconds");
        if (seconds == null || seconds < 1 || seconds > LONGEST_PAUSE)
            throw new IllegalArgumentException("seconds is " + seconds + " but must be 1 to " + LONGEST_PAUSE);
        pauses.begin(call.pool, call.who, seconds);
        return Done.of("paused the pool for " + seconds + " s");
    }

    private static Done reconfigure(Call call, JsonBody body) {
        SettingsChange change = change(call.control(), body);
        if (!change.isPossible()) throw new IllegalArgumentException(String.join("; ", change.problems()));
        Signed.run(call.who, () -> call.control().reconfigure(change.to()));
        return Done.of("changed " + change);
    }

    private static SettingsChange change(PoolControl control, JsonBody body) {
        return SettingsChange.of(control.getConfig(), body.object("settings", SettingsChange.NAMES));
    }

    @Override
    public void close() {
        pauses.close();
    }
}
