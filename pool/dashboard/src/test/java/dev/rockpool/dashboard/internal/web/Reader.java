package dev.rockpool.dashboard.internal.web;

import java.net.http.HttpResponse;
import java.util.Iterator;
import java.util.stream.Stream;

/** Reads server-sent events one by one. */
final class Reader {
    final int status;
    private final Iterator<String> lines;
    private String id;

    /** One event, and the id that came with it or before it. */
    record Event(String kind, String data, String id) {}

    Reader(HttpResponse<Stream<String>> answer) {
        status = answer.statusCode();
        lines = answer.body().iterator();
    }

    /** The next event of this kind. Those before it are skipped. */
    Event next(String kind) {
        while (true) {
            Event event = next();
            if (event.kind.equals(kind)) return event;
        }
    }

    Event next() {
        String kind = "";
        while (true) {
            String line = lines.next();
            if (line.startsWith("id: ")) id = line.substring(4);
            else if (line.startsWith("event: ")) kind = line.substring(7);
            else if (line.startsWith("data: ")) return new Event(kind, line.substring(6), id);
        }
    }

    /** Whether the server has ended the stream. Reads what is left of it. */
    boolean hasEnded() {
        try {
            while (lines.hasNext()) lines.next();
            return true;
        } catch (RuntimeException e) {
            return true;
        }
    }
}
