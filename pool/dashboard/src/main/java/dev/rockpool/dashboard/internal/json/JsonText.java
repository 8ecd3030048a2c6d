package dev.rockpool.dashboard.internal.json;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kotlinx.serialization.json.JsonArray;
import kotlinx.serialization.json.JsonElement;
import kotlinx.serialization.json.JsonElementKt;
import kotlinx.serialization.json.JsonNull;
import kotlinx.serialization.json.JsonObject;

/** Makes JSON. Durations become milliseconds, and anything unknown becomes its text. */
public final class JsonText {
    private static final double NANOS_PER_MILLI = 1e6;

    private JsonText() {}

    /** An object of alternating names and values. */
    public static JsonObject object(Object... namesAndValues) {
        Map<String, JsonElement> members = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2)
            members.put((String) namesAndValues[i], of(namesAndValues[i + 1]));
        return new JsonObject(members);
    }

    public static JsonElement of(Object value) {
        if (value == null) return JsonNull.INSTANCE;
        if (value instanceof JsonElement element) return element;
        if (value instanceof Boolean flag) return JsonElementKt.JsonPrimitive(flag);
        if (value instanceof Double number) return ofDouble(number);
        if (value instanceof Number number) return JsonElementKt.JsonPrimitive(number);
        if (value instanceof Duration duration) return ofDouble(millis(duration));
        if (value instanceof Collection<?> items) return array(items);
        if (value instanceof Map<?, ?> entries) {
            Map<String, JsonElement> members = new LinkedHashMap<>();
            entries.forEach((key, item) -> members.put(key.toString(), of(item)));
            return new JsonObject(members);
        }
        return JsonElementKt.JsonPrimitive(value.toString());
    }

    public static double millis(Duration duration) {
        return duration.toSeconds() * 1e3 + duration.getNano() / NANOS_PER_MILLI;
    }

    private static JsonArray array(Collection<?> items) {
        List<JsonElement> all = new ArrayList<>(items.size());
        for (Object item : items) all.add(of(item));
        return new JsonArray(all);
    }

    private static JsonElement ofDouble(double number) {
        if (!Double.isFinite(number)) return JsonNull.INSTANCE;
        return number == Math.rint(number) && Math.abs(number) < 1e15
                ? JsonElementKt.JsonPrimitive((Number) (long) number)
                : JsonElementKt.JsonPrimitive((Number) (Math.round(number * 1e4) / 1e4));
    }
}
