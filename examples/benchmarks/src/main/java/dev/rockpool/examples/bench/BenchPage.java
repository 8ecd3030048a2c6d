package dev.rockpool.examples.bench;

import dev.rockpool.examples.HtmlPage;
import java.io.IOException;
import java.util.Map;

/** Writes the result of the benchmarks as one HTML page. */
final class BenchPage {
    private BenchPage() {}

    static String render(BenchResult result) throws IOException {
        return HtmlPage.render(
                BenchPage.class,
                "bench.html",
                "Rockpool beside other pools",
                result.toJson(),
                Map.of("script", "bench.js"));
    }
}
