package dev.rockpool.examples;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes a result as one self-contained HTML page: styles, scripts, the plotting library and the data are all in it. So
 * it opens offline and can be sent as a file.
 */
public final class HtmlPage {
    private static final String ECHARTS =
            "/META-INF/resources/webjars/echarts/" + Build.echartsVersion() + "/dist/echarts.common.min.js";

    private HtmlPage() {}

    /**
     * Fills a template. Its placeholders are {@code {{title}}}, {@code {{data}}}, {@code {{style}}},
     * {@code {{echarts}}}, {@code {{page}}} for what all pages share, and {@code {{name}}} for each of the page's own
     * scripts.
     *
     * @param home the class whose folder has the template and the scripts
     * @param scripts the page's own scripts, by the names of their placeholders
     */
    public static String render(Class<?> home, String template, String title, String json, Map<String, String> scripts)
            throws IOException {
        Map<String, String> parts = new HashMap<>();
        parts.put("title", escape(title));
        parts.put("data", inScript(json));
        parts.put("style", resource(HtmlPage.class, "page.css"));
        parts.put("page", resource(HtmlPage.class, "page.js"));
        parts.put("echarts", resource(HtmlPage.class, ECHARTS));
        for (var script : scripts.entrySet()) parts.put(script.getKey(), resource(home, script.getValue()));
        StringBuilder page = new StringBuilder();
        // Splits once instead of replacing part by part, because filled-in text may itself look like a placeholder.
        for (String piece : resource(home, template).split("(?=\\{\\{)|(?<=}})")) {
            boolean place = piece.startsWith("{{") && piece.endsWith("}}");
            page.append(place ? parts.get(piece.substring(2, piece.length() - 2)) : piece);
        }
        return page.toString();
    }

    private static String resource(Class<?> home, String name) throws IOException {
        try (InputStream in = home.getResourceAsStream(name)) {
            if (in == null) throw new FileNotFoundException("resource " + name);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    /** Escapes the text, which must not end the script element that holds it. */
    private static String inScript(String json) {
        return json.replace("</", "<\\/");
    }
}
