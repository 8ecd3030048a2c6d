package dev.rockpool.dashboard.internal.json;

import java.util.Set;
import java.util.TreeSet;
import kotlinx.serialization.SerializationException;
import kotlinx.serialization.json.Json;
import kotlinx.serialization.json.JsonElement;
import kotlinx.serialization.json.JsonNull;
import kotlinx.serialization.json.JsonObject;
import kotlinx.serialization.json.JsonPrimitive;

/** Reads the JSON object of a request. Each problem names the member and what is allowed. */
public final class JsonBody {
    private final JsonObject members;

    private JsonBody(JsonObject members) {
        this.members = members;
    }

    /** @throws IllegalArgumentException if the text is not a JSON object, or has members but these */
    public static JsonBody read(String text, Set<String> allowed) {
        JsonElement read;
        try {
            read = Json.Default.parseToJsonElement(text);
        } catch (SerializationException e) {
            throw new IllegalArgumentException("the body is not JSON", e);
        }
        if (!(read instanceof JsonObject object)) throw new IllegalArgumentException("the body is not a JSON object");
        Set<String> unknown = new TreeSet<>(object.keySet());
        unknown.removeAll(allowed);
        if (!unknown.isEmpty())
            throw new IllegalArgumentException("unknown members " + unknown + "; there are " + new TreeSet<>(allowed));
        return new JsonBody(object);
    }

    public boolean has(String name) {
        return members.containsKey(name);
    }

    /** A text; null if it is absent or null. */
    public String text(String name) {
        JsonElement value = members.get(name);
        if (value == null || value == JsonNull.INSTANCE) return null;
        if (value instanceof JsonPrimitive text && text.isString()) return text.getContent();
        throw new IllegalArgumentException(name + " must be a text");
    }

    /** A whole number; null if it is absent or null. */
    public Long whole(String name) {
        JsonElement value = members.get(name);
        if (value == null || value == JsonNull.INSTANCE) return null;
        try {
            if (value instanceof JsonPrimitive number && !number.isString()) return Long.parseLong(number.getContent());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " must be a whole number", e);
        }
        throw new IllegalArgumentException(name + " must be a whole number");
    }

    /** True or false; null if it is absent or null. */
    public Boolean flag(String name) {
        JsonElement value = members.get(name);
        if (value == null || value == JsonNull.INSTANCE) return null;
        if (value instanceof JsonPrimitive flag && !flag.isString()) {
            if (flag.getContent().equals("true")) return true;
            if (flag.getContent().equals("false")) return false;
        }
        throw new IllegalArgumentException(name + " must be true or false");
    }

    /** An object; empty if it is absent. */
    public JsonBody object(String name, Set<String> allowed) {
        JsonElement value = members.get(name);
        return read(value == null ? "{}" : value.toString(), allowed);
    }

    /** The names of the members. */
    public Set<String> names() {
        return members.keySet();
    }
}
