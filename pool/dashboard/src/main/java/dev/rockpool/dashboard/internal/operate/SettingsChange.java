package dev.rockpool.dashboard.internal.operate;

import dev.rockpool.InvalidConfigException;
import dev.rockpool.PoolConfig;
import dev.rockpool.PoolStats;
import dev.rockpool.dashboard.internal.json.JsonBody;
import dev.rockpool.dashboard.internal.json.JsonText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import kotlinx.serialization.json.JsonElement;

/** Other sizes and timeouts for a pool: what would change, what is wrong, and what the change does. */
final class SettingsChange {
    private static final Map<String, Setting> SETTINGS = new LinkedHashMap<>();

    static {
        whole("maxSize", PoolConfig::getMaxSize, (settings, value) -> settings.maxSize(needed("maxSize", value)));
        whole("minIdle", PoolConfig::getMinIdle, PoolConfig.Builder::minIdle);
        whole("maxPending", PoolConfig::getMaxPending, PoolConfig.Builder::maxPending);
        time("acquireTimeout", PoolConfig::getAcquireTimeout, PoolConfig.Builder::acquireTimeout);
        time("connectTimeout", PoolConfig::getConnectTimeout, PoolConfig.Builder::connectTimeout);
        time("idleTimeout", PoolConfig::getIdleTimeout, PoolConfig.Builder::idleTimeout);
        time("maxLifetime", PoolConfig::getMaxLifetime, PoolConfig.Builder::maxLifetime);
        time("leakThreshold", PoolConfig::getLeakThreshold, PoolConfig.Builder::leakThreshold);
    }

    static final Set<String> NAMES = SETTINGS.keySet();

    private final PoolConfig from;
    private final PoolConfig to;
    private final List<String> problems;

    /** Reads and writes one setting; durations are in milliseconds. */
    private record Setting(Function<PoolConfig, Object> get, BiConsumer<PoolConfig.Builder, Long> set) {}

    private SettingsChange(PoolConfig from, PoolConfig to, List<String> problems) {
        this.from = from;
        this.to = to;
        this.problems = problems;
    }

    static SettingsChange of(PoolConfig from, JsonBody wanted) {
        PoolConfig.Builder builder = from.toBuilder();
        try {
            for (String name : wanted.names()) SETTINGS.get(name).set.accept(builder, wanted.whole(name));
            return new SettingsChange(from, builder.build(), List.of());
        } catch (InvalidConfigException e) {
            return new SettingsChange(from, from, e.getProblems());
        }
    }

    /** What would change, for people. */
    JsonElement preview(PoolStats stats) {
        return JsonText.object("changes", changes(), "problems", problems, "effects", effects(stats));
    }

    boolean isPossible() {
        return problems.isEmpty();
    }

    List<String> problems() {
        return problems;
    }

    PoolConfig to() {
        return to;
    }

    @Override
    public String toString() {
        List<String> texts = new ArrayList<>();
        SETTINGS.forEach((name, setting) -> {
            if (differs(setting)) texts.add(name + " from " + setting.get.apply(from) + " to " + setting.get.apply(to));
        });
        return texts.isEmpty() ? "nothing" : String.join(", ", texts);
    }

    private boolean differs(Setting setting) {
        return !Objects.equals(setting.get.apply(from), setting.get.apply(to));
    }

    private List<JsonElement> changes() {
        List<JsonElement> changes = new ArrayList<>();
        SETTINGS.forEach((name, setting) -> {
            if (differs(setting))
                changes.add(
                        JsonText.object("name", name, "from", setting.get.apply(from), "to", setting.get.apply(to)));
        });
        return changes;
    }

    private List<String> effects(PoolStats stats) {
        List<String> effects = new ArrayList<>();
        int surplus = stats.getTotal() - to.getMaxSize();
        if (to.getMaxSize() > from.getMaxSize())
            effects.add("The pool may open up to %d more connections. The server needs room for them."
                    .formatted(to.getMaxSize() - from.getMaxSize()));
        else if (to.getMaxSize() < from.getMaxSize() && surplus > 0)
            effects.add("%d connections are above the new size. Idle ones close now, leased ones on return."
                    .formatted(surplus));
        if (!Objects.equals(from.getAcquireTimeout(), to.getAcquireTimeout()))
            effects.add("Callers that wait already keep their time limit.");
        if (!Objects.equals(from.getMaxLifetime(), to.getMaxLifetime()))
            effects.add("The lifetime applies to connections that are opened later.");
        return effects;
    }

    private static void whole(
            String name, Function<PoolConfig, Integer> get, BiConsumer<PoolConfig.Builder, Integer> set) {
        SETTINGS.put(name, new Setting(get::apply, (settings, value) -> set.accept(settings, whole(name, value))));
    }

    private static void time(
            String name, Function<PoolConfig, Duration> get, BiConsumer<PoolConfig.Builder, Duration> set) {
        SETTINGS.put(
                name,
                new Setting(
                        get::apply,
                        (settings, value) -> set.accept(settings, value == null ? null : Duration.ofMillis(value))));
    }

    private static Integer whole(String name, Long value) {
        if (value == null) return null;
        if (value == value.intValue()) return value.intValue();
        throw new IllegalArgumentException(name + " is " + value + " but must be at most " + Integer.MAX_VALUE);
    }

    private static int needed(String name, Integer value) {
        if (value == null) throw new IllegalArgumentException(name + " must be a whole number");
        return value;
    }
}
