package dev.rockpool.examples.drill;

import dev.rockpool.examples.HtmlPage;
import java.io.IOException;
import java.util.Map;

/** Writes the result of a drill as one HTML page. */
final class HtmlReport {
    private HtmlReport() {}

    static String render(DrillResult result, String title) throws IOException {
        return HtmlPage.render(
                HtmlReport.class,
                "report.html",
                title,
                result.toJson(),
                Map.of("script", "report.js", "plots", "plots.js"));
    }
}
