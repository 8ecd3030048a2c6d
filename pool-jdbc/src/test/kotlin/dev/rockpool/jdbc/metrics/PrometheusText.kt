package dev.rockpool.jdbc.metrics

/**
 * Reads Prometheus' text format strictly: each sample must belong to the metric announced above it, and each histogram
 * must be complete and ordered.
 */
internal class PrometheusText(text: String) {
    data class Sample(val name: String, val labels: Map<String, String>, val value: Double)

    val types = LinkedHashMap<String, String>()
    val samples = ArrayList<Sample>()

    init {
        var current = ""
        for (line in text.lines().filter { it.isNotEmpty() && !it.startsWith("# HELP ") }) {
            if (line.startsWith("# TYPE ")) {
                val (name, type) = line.removePrefix("# TYPE ").split(" ")
                check(types.put(name, type) == null) { "two metrics are called $name" }
                current = name
                continue
            }
            val match = checkNotNull(SAMPLE.matchEntire(line)) { "not a sample: $line" }
            val (name, labels, value) = match.destructured
            check(belongs(name, current)) { "$name is not of $current" }
            samples += Sample(name, labelsIn(labels), value.toDoubleOrNull() ?: INFINITE.getValue(value))
        }
        check(samples.map { it.name to it.labels }.toSet().size == samples.size) { "a sample occurs twice" }
        types.filterValues { it == "histogram" }.keys.forEach(::checkHistogram)
    }

    private fun belongs(sample: String, metric: String) =
        when (types[metric]) {
            "histogram" -> sample in listOf("_bucket", "_count", "_sum").map { metric + it }
            "summary" -> sample in listOf("", "_count", "_sum").map { metric + it }
            else -> sample == metric
        }

    private fun labelsIn(text: String): Map<String, String> {
        val found = LABEL.findAll(text).toList()
        check(found.joinToString("") { it.value } == text) { "not labels: $text" }
        return found.associate { it.groupValues[1] to it.groupValues[2].replace("\\\"", "\"") }
    }

    private fun checkHistogram(name: String) {
        for ((labels, buckets) in named("${name}_bucket").groupBy { it.labels - "le" }) {
            val bounds = buckets.map { it.labels.getValue("le").replace("+Inf", "Infinity").toDouble() }
            check(bounds == bounds.sorted() && bounds.last().isInfinite()) { "$name: $bounds" }
            check(buckets.map { it.value } == buckets.map { it.value }.sorted()) { "$name falls: $buckets" }
            check(buckets.last().value == value("${name}_count", labels)) { "$name: +Inf is not the count" }
            check(value("${name}_sum", labels) >= 0)
        }
    }

    fun named(name: String): List<Sample> = samples.filter { it.name == name }

    fun value(name: String, labels: Map<String, String>): Double = named(name).single { it.labels == labels }.value

    fun value(name: String, vararg labels: Pair<String, String>): Double =
        named(name).single { it.labels.entries.containsAll(labels.toMap().entries) }.value

    private companion object {
        val SAMPLE = Regex("""([a-zA-Z_:][\w:]*)(?:\{(.*)})? (\S+)""")
        val LABEL = Regex("""([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"(?:,|$)""")
        val INFINITE =
            mapOf("+Inf" to Double.POSITIVE_INFINITY, "-Inf" to Double.NEGATIVE_INFINITY, "NaN" to Double.NaN)
    }
}
