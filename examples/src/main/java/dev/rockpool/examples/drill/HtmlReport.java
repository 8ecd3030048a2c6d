package dev.rockpool.examples.drill;

import dev.rockpool.examples.Build;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Writes a result as one HTML page that needs nothing else: styles, scripts, the plotting library and the data are all in
 * it, so it opens offline and can be sent as a file.
 */
final class HtmlReport {
    private static final String ECHARTS =
            "/META-INF/resources/webjars/echarts/" + Build.echartsVersion() + "/dist/echarts.common.min.js";

    private HtmlReport() {}

    static String render(DrillResult result, String title) throws IOException {
        Map<String, String> parts = Map.of(
                "title", escape(title),
                "style", resource("report.css"),
                "echarts", resource(ECHARTS),
                "data", inScript(result.toJson()),
                "script", resource("report.js"),
                "plots", resource("plots.js"));
        StringBuilder page = new StringBuilder();
        // Split once instead of replacing part by part: what is filled in may itself look like a place to fill.
        for (String piece : resource("report.html").split("(?=\\{\\{)|(?<=}})")) {
            boolean place = piece.startsWith("{{") && piece.endsWith("}}");
            page.append(place ? parts.get(piece.substring(2, piece.length() - 2)) : piece);
        }
        return page.toString();
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
            if (in == null) throw new FileNotFoundException("resource " + name);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    /** An error's text must not end the script element that holds it. */
    private static String inScript(String json) {
        return json.replace("</", "<\\/");
    }
}
