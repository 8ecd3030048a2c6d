package dev.rockpool.dashboard.internal.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The files of the page. They are the same for everybody and hold no data. */
final class PageFiles {
    private static final String FOLDER = "/dev/rockpool/dashboard/page/";
    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final String STYLE = "text/css; charset=utf-8";

    private static final Map<String, String> TYPES = new LinkedHashMap<>();

    static {
        TYPES.put("index.html", "text/html; charset=utf-8");
        TYPES.put("icon.svg", "image/svg+xml");
        TYPES.put("uPlot.iife.min.js", SCRIPT);
        TYPES.put("uPlot.min.css", STYLE);
        for (String style : new String[] {"base.css", "panels.css"}) TYPES.put(style, STYLE);
        for (String script : new String[] {
            "main.js",
            "stream.js",
            "charts.js",
            "tables.js",
            "operate.js",
            "format.js",
            "dom.js",
            "panels.js",
            "theme.js",
            "usage.js"
        }) TYPES.put(script, SCRIPT);
    }

    private final Map<String, Answer> answers = new LinkedHashMap<>();

    PageFiles() {
        TYPES.forEach((name, type) -> answers.put("/" + name, Answer.file(type, read(name))));
        answers.put("/", answers.get("/index.html"));
    }

    /** The file at this path; null if there is none. */
    Answer find(String path) {
        return answers.get(path);
    }

    Iterable<String> paths() {
        return answers.keySet();
    }

    private static byte[] read(String name) {
        try (InputStream file = PageFiles.class.getResourceAsStream(FOLDER + name)) {
            if (file == null) throw new IllegalStateException("the jar of the dashboard lacks " + FOLDER + name);
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
