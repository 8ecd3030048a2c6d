package dev.rockpool.dashboard.internal.pools;

import dev.rockpool.CallerUsage;
import dev.rockpool.PoolControl;
import dev.rockpool.SizeAdvice;
import dev.rockpool.dashboard.internal.json.JsonText;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import kotlinx.serialization.json.JsonElement;

/** Who uses a pool for how long, and whether its size fits, as JSON. Known only while the pool watches its usage. */
final class PoolUsage {
    private static final int MOST_CALLERS = 20;

    private PoolUsage() {}

    static JsonElement of(PoolControl control) {
        if (!control.getWatchUsage()) return JsonText.object("watched", false);
        SizeAdvice advice = control.advice();
        List<CallerUsage> callers = control.callers();
        List<CallerUsage> rest = callers.stream().skip(MOST_CALLERS).toList();
        return JsonText.object(
                "watched", true,
                "kind", advice.getKind(),
                "size", advice.getSize(),
                "text", advice.getText(),
                "evidence", advice.getEvidence(),
                "held", sum(callers, CallerUsage::getHeld),
                "callers",
                        callers.stream()
                                .limit(MOST_CALLERS)
                                .map(PoolUsage::caller)
                                .toList(),
                "more", rest.size(),
                "moreHeld", sum(rest, CallerUsage::getHeld),
                "moreWaited", sum(rest, CallerUsage::getWaited),
                "slowest",
                        control.slowestLeases().stream()
                                .map(lease -> JsonText.object(
                                        "connection", lease.getConnection(),
                                        "caller", lease.getCaller(),
                                        "holder", lease.getHolder(),
                                        "held", lease.getHeld(),
                                        "active", lease.isActive()))
                                .toList());
    }

    private static JsonElement caller(CallerUsage usage) {
        return JsonText.object("caller", usage.getCaller(), "held", usage.getHeld(), "waited", usage.getWaited());
    }

    private static Duration sum(List<CallerUsage> of, Function<CallerUsage, Duration> time) {
        return of.stream().map(time).reduce(Duration.ZERO, Duration::plus);
    }
}
