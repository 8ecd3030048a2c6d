package dev.rockpool.dashboard.internal.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.HashMap;
import java.util.Map;

/** The parameters of a request. */
record Query(Map<String, String> parameters) {
    /** @throws IllegalArgumentException if it cannot be decoded */
    static Query of(String raw) {
        Map<String, String> all = new HashMap<>();
        if (raw != null) {
            for (String part : raw.split("&")) {
                String[] pair = part.split("=", 2);
                all.put(decoded(pair[0]), pair.length < 2 ? "" : decoded(pair[1]));
            }
        }
        return new Query(Map.copyOf(all));
    }

    /** The value of a parameter; null if it is absent. */
    String get(String name) {
        return parameters.get(name);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, UTF_8);
    }
}
