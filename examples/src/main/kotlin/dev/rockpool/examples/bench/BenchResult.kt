package dev.rockpool.examples.bench

import java.lang.management.ManagementFactory
import java.nio.file.Files
import java.nio.file.Path
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.Json

/** All that a run of the benchmarks found; the JSON file holds exactly this. */
@Serializable
class BenchResult(
    val version: String,
    val startedAt: String,
    val machine: MachineResult,
    val effort: EffortResult,
    val threads: Int,
    val poolSize: Int,
    val rows: List<BenchRow>,
) {
    fun toJson(): String = FORMAT.encodeToString(serializer(), this)

    private companion object {
        val FORMAT = Json { prettyPrint = true }
    }
}

/**
 * One candidate. Times are in nanoseconds per cycle and thread; [error] is half of the 99.9 % confidence interval of
 * the mean over all iterations of all forks, [ratio] the mean over that of the first row. [bytes] allocated per cycle
 * are the most of any fork, and null when they were not counted. [iterations] has one list per fork.
 */
@Serializable
class BenchRow(
    val title: String,
    val benchmark: String,
    val nanos: Double,
    val error: Double,
    val ratio: Double,
    val bytes: Double?,
    val iterations: List<List<Double>>,
)

/** How long was measured: so many JVMs per candidate, so many iterations in each. */
@Serializable
class EffortResult(val forks: Int, val warmupIterations: Int, val iterations: Int, val iterationSeconds: Int)

/** Where it ran. [load] is how many threads wanted to run before the benchmarks did; null where it is not known. */
@Serializable
class MachineResult(val cpu: String, val processors: Int, val java: String, val os: String, val load: Double?) {
    companion object {
        private val CPU_INFO = Path.of("/proc/cpuinfo")
        private val CPU_NAME = Regex("""model name\s*:\s*(.*)""")

        @JvmStatic
        fun here(): MachineResult =
            MachineResult(
                cpu = cpu(),
                processors = Runtime.getRuntime().availableProcessors(),
                java = "${System.getProperty("java.vm.name")} ${Runtime.version()}",
                os = "${System.getProperty("os.name")} ${System.getProperty("os.arch")}",
                load = ManagementFactory.getOperatingSystemMXBean().systemLoadAverage.takeIf { it >= 0 },
            )

        /** The name of the processor; only Linux says it in a file. */
        private fun cpu(): String {
            val lines = if (Files.isReadable(CPU_INFO)) Files.readAllLines(CPU_INFO) else emptyList()
            return lines.firstNotNullOfOrNull { CPU_NAME.matchEntire(it)?.groupValues?.get(1) } ?: "unknown CPU"
        }
    }
}
