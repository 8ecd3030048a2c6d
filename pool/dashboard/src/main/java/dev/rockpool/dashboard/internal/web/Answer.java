package dev.rockpool.dashboard.internal.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.rockpool.dashboard.DashboardResponse;
import dev.rockpool.dashboard.internal.json.JsonText;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import kotlinx.serialization.json.JsonElement;

/** An answer with a body that is known. All answers have the same protecting headers. */
final class Answer implements DashboardResponse {
    /** Scripts, styles and pictures come from this server only, and no other page may frame this one. */
    private static final Map<String, String> PROTECTION = Map.of(
            "Content-Security-Policy",
            "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "X-Frame-Options",
            "DENY",
            "Referrer-Policy",
            "no-referrer",
            "Cross-Origin-Resource-Policy",
            "same-origin",
            "Cross-Origin-Opener-Policy",
            "same-origin");

    private final int status;
    private final Map<String, String> headers;
    private final byte[] body;

    private Answer(int status, Map<String, String> headers, byte[] body) {
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    static Answer json(JsonElement body) {
        return text(200, "application/json", body.toString());
    }

    static Answer json(String body) {
        return text(200, "application/json", body);
    }

    static Answer problem(int status, String text) {
        return text(status, "application/json", JsonText.object("problem", text).toString());
    }

    static Answer file(String type, byte[] body) {
        return new Answer(200, headers(type, "no-cache"), body);
    }

    private static Answer text(int status, String type, String body) {
        return new Answer(status, headers(type + "; charset=utf-8", "no-store"), body.getBytes(UTF_8));
    }

    Answer with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Answer(status, Collections.unmodifiableMap(more), body);
    }

    static Map<String, String> headers(String type, String caching) {
        Map<String, String> headers = new LinkedHashMap<>(PROTECTION);
        headers.put("Content-Type", type);
        headers.put("Cache-Control", caching);
        return Collections.unmodifiableMap(headers);
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public Map<String, String> headers() {
        return headers;
    }

    @Override
    public long length() {
        return body.length;
    }

    @Override
    public void writeTo(OutputStream output) throws IOException {
        output.write(body);
    }
}
