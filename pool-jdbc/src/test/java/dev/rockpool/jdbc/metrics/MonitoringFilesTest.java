package dev.rockpool.jdbc.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.BlockingConnectionFactory;
import dev.rockpool.PoolConfig;
import dev.rockpool.blocking.BlockingPool;
import dev.rockpool.monitor.AlertLevel;
import dev.rockpool.monitor.AlertRule;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The alert rules for Prometheus and the dashboard for Grafana ask only for metrics that {@link RockpoolMeters} has. */
class MonitoringFilesTest {
    private static final Pattern SAMPLE = Pattern.compile("(\\w+)(?:\\{(.*)})? \\S+");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");
    private static final Pattern METRIC = Pattern.compile("\\b((?:rockpool|hikaricp)_\\w+)(?:\\{([^}]*)})?");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)(=~|!=|=)\"([^\"]*)\"");
    private static final Pattern DURATION = Pattern.compile("\\d+[smh]");

    private static final class Plain implements BlockingConnectionFactory<Object> {
        @Override
        public Object open() {
            return new Object();
        }

        @Override
        public void close(Object connection) {}
    }

    /** The metrics that are really exported, with the values of each label. */
    private static final Map<String, Map<String, Set<String>>> EXPORTED = exported();

    private static Map<String, Map<String, Set<String>>> exported() {
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (var pool = BlockingPool.create(
                new Plain(), PoolConfig.builder().name("exported").build())) {
            new RockpoolMeters(pool.control()).bindTo(registry);
            Map<String, Map<String, Set<String>>> metrics = new HashMap<>();
            registry.scrape().lines().filter(line -> !line.startsWith("#")).forEach(line -> {
                Matcher sample = SAMPLE.matcher(line);
                assertTrue(sample.matches(), line);
                var labels = metrics.computeIfAbsent(sample.group(1), any -> new HashMap<>());
                LABEL.matcher(sample.group(2)).results().forEach(label -> labels.computeIfAbsent(
                                label.group(1), any -> new HashSet<>())
                        .add(label.group(2)));
            });
            return metrics;
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> file(String name) throws IOException {
        try (InputStream in = RockpoolMeters.class.getResourceAsStream(name)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return (Map<String, Object>)
                    new Load(LoadSettings.builder().setAllowDuplicateKeys(false).build()).loadFromString(text);
        }
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(Map<String, Object> of, String key) {
        return (List<Map<String, Object>>) of.get(key);
    }

    private static List<Map<String, Object>> rules() throws IOException {
        List<Map<String, Object>> groups = list(file("rockpool-alerts.yml"), "groups");
        assertEquals(1, groups.size());
        assertEquals("rockpool", groups.get(0).get("name"));
        return list(groups.get(0), "rules");
    }

    private static List<String> problemsOf(String query) {
        List<String> problems = new ArrayList<>();
        Matcher metric = METRIC.matcher(query);
        boolean found = false;
        while (metric.find()) {
            found = true;
            var labels = EXPORTED.get(metric.group(1));
            if (labels == null) problems.add(metric.group(1) + " does not exist");
            else if (metric.group(2) != null) problems.addAll(problemsOf(metric.group(2), labels));
        }
        if (!found) problems.add("it asks for no metric");
        for (String pair : List.of("()", "{}", "[]"))
            if (count(query, pair.charAt(0)) != count(query, pair.charAt(1))) problems.add("unbalanced " + pair);
        return problems.stream().map(problem -> query + ": " + problem).toList();
    }

    private static List<String> problemsOf(String matchers, Map<String, Set<String>> labels) {
        List<String> problems = new ArrayList<>();
        MATCHER.matcher(matchers).results().forEach(one -> {
            Set<String> values = labels.get(one.group(1));
            if (values == null) {
                problems.add("no label " + one.group(1));
                return;
            }
            if (one.group(3).contains("$")) return; // a variable of the dashboard
            for (String value : one.group(3).split("\\|"))
                if (!values.contains(value)) problems.add(one.group(1) + " is never " + value);
        });
        return problems;
    }

    private static long count(String text, char one) {
        return text.chars().filter(each -> each == one).count();
    }

    @Test
    void eachRuleOfPrometheusParsesAndAsksForExistingMetrics() throws IOException {
        for (Map<String, Object> rule : rules()) {
            assertTrue(
                    Set.of("alert", "expr", "for", "keep_firing_for", "labels", "annotations")
                            .containsAll(rule.keySet()),
                    rule::toString);
            assertEquals(List.of(), problemsOf((String) rule.get("expr")));
            for (String time : List.of("for", "keep_firing_for"))
                assertTrue(
                        DURATION.matcher((String) rule.getOrDefault(time, "0s")).matches(), rule::toString);
            assertTrue(rule.get("annotations").toString().startsWith("{summary=Pool {{ $labels.pool }}"));
        }
    }

    @Test
    void eachBuiltInRuleOfTheMonitorIsARuleOfPrometheus() throws IOException {
        Map<String, String> levels = rules().stream()
                .collect(Collectors.toMap(rule -> (String) rule.get("alert"), rule -> rule.get("labels")
                        .toString()));
        Map<String, String> expected = AlertRule.builtIn().stream()
                .collect(Collectors.toMap(
                        MonitoringFilesTest::alertOf,
                        rule -> "{severity=" + rule.getLevel().name().toLowerCase(Locale.ROOT) + "}"));
        assertEquals(expected, levels);
    }

    private static String alertOf(AlertRule rule) {
        String name = rule.getName();
        boolean second = name.equals("busy") && rule.getLevel() == AlertLevel.CRITICAL;
        return "Rockpool" + name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1)
                + (second ? "Critical" : "");
    }

    @Test
    void eachQueryOfTheDashboardAsksForExistingMetrics() throws IOException {
        Map<String, Object> dashboard = file("rockpool-dashboard.json");
        Set<String> asked = new HashSet<>();
        for (Map<String, Object> panel : list(dashboard, "panels")) {
            assertTrue(!list(panel, "targets").isEmpty(), panel::toString);
            for (Map<String, Object> target : list(panel, "targets")) {
                String query = (String) target.get("expr");
                assertEquals(List.of(), problemsOf(query));
                METRIC.matcher(query).results().forEach(metric -> asked.add(metric.group(1)));
            }
        }
        assertEquals("Rockpool", dashboard.get("title"));
        Set<String> missing = EXPORTED.keySet().stream()
                .filter(name -> !name.matches(".*_(sum|count)"))
                .collect(Collectors.toSet());
        missing.removeAll(asked);
        assertEquals(Set.of(), missing, "metrics that no panel shows");
    }

    @Test
    void theseChecksFindMistakes() {
        assertEquals(List.of("rockpool_x > 1: rockpool_x does not exist"), problemsOf("rockpool_x > 1"));
        assertEquals(1, problemsOf("rockpool_connections{status=\"idle\"}").size());
        assertEquals(1, problemsOf("rockpool_connections{state=\"used\"}").size());
        assertEquals(1, problemsOf("sum(rockpool_health").size());
        assertEquals(1, problemsOf("up").size());
    }
}
