package dev.rockpool;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kotlinx.serialization.SerializationException;
import kotlinx.serialization.json.Json;
import kotlinx.serialization.json.JsonElement;
import kotlinx.serialization.json.JsonElementKt;
import kotlinx.serialization.json.JsonObject;
import kotlinx.serialization.json.JsonPrimitive;

/** Reads and writes a {@link ShardMap} as JSON: for each shard its buckets, as numbers and ranges. */
final class ShardMapText {
    private static final String COUNT = "buckets";
    private static final String SHARDS = "shards";

    private ShardMapText() {}

    static String write(Map<String, List<Integer>> shards) {
        Map<String, JsonElement> texts = new LinkedHashMap<>();
        shards.forEach((shard, buckets) -> texts.put(shard, JsonElementKt.JsonPrimitive(ranges(buckets))));
        Map<String, JsonElement> all = new LinkedHashMap<>();
        all.put(COUNT, JsonElementKt.JsonPrimitive(ShardMap.BUCKETS));
        all.put(SHARDS, new JsonObject(texts));
        return new JsonObject(all).toString();
    }

    /** Sorted buckets as a text, such as {@code 0-99,200}. */
    private static String ranges(List<Integer> buckets) {
        List<String> parts = new ArrayList<>();
        for (int first = 0, last; first < buckets.size(); first = last + 1) {
            last = first;
            while (last + 1 < buckets.size() && buckets.get(last + 1) == buckets.get(last) + 1) last++;
            parts.add(buckets.get(first) + (last > first ? "-" + buckets.get(last) : ""));
        }
        return String.join(",", parts);
    }

    /** The owner of each bucket. */
    static String[] read(String json) {
        JsonObject all = objectOf(parsed(json), "the map");
        JsonElement count = all.get(COUNT);
        if (!String.valueOf(ShardMap.BUCKETS).equals(String.valueOf(count)))
            throw refused(COUNT + " is " + count + " but must be " + ShardMap.BUCKETS);
        String[] owners = new String[ShardMap.BUCKETS];
        objectOf(all.get(SHARDS), SHARDS).forEach((shard, buckets) -> {
            if (!(buckets instanceof JsonPrimitive text && text.isString()))
                throw refused("shard '" + shard + "' is " + buckets + " but must be a text such as \"0-99,200\"");
            for (String range : text.getContent().split(",", -1)) take(shard, range.trim(), owners);
        });
        int missing = Arrays.asList(owners).indexOf(null);
        if (missing >= 0) throw refused("bucket " + missing + " has no shard");
        return owners;
    }

    private static JsonElement parsed(String json) {
        try {
            return Json.Default.parseToJsonElement(json);
        } catch (SerializationException e) {
            throw new IllegalArgumentException("not a map of shards: " + e.getMessage(), e);
        }
    }

    private static JsonObject objectOf(JsonElement element, String name) {
        if (element instanceof JsonObject object) return object;
        throw refused(name + " is " + element + " but must be an object");
    }

    private static void take(String shard, String range, String[] owners) {
        String[] ends = range.split("-", -1);
        int first = bucket(shard, ends[0]);
        int last = ends.length == 1 ? first : bucket(shard, ends[1]);
        if (ends.length > 2 || last < first)
            throw refused("shard '" + shard + "' has the buckets '" + range + "' but a range is such as 0-99");
        for (int bucket = first; bucket <= last; bucket++) {
            if (owners[bucket] != null)
                throw refused("bucket " + bucket + " has the shards '" + owners[bucket] + "' and '" + shard + "'");
            owners[bucket] = shard;
        }
    }

    private static int bucket(String shard, String text) {
        if (text.matches("\\d{1,4}") && Integer.parseInt(text) < ShardMap.BUCKETS) return Integer.parseInt(text);
        throw refused(
                "shard '" + shard + "' has the bucket '" + text + "' but it must be 0 to " + (ShardMap.BUCKETS - 1));
    }

    private static IllegalArgumentException refused(String problem) {
        return new IllegalArgumentException("not a map of shards: " + problem);
    }
}
