package dev.rockpool.examples.bench

import com.sun.management.OperatingSystemMXBean
import java.lang.management.ManagementFactory
import java.nio.file.Files
import java.nio.file.Path
import kotlinx.serialization.Serializable

/**
 * The machine. The loads are how many threads wanted to run before and at the end of the benchmarks; null if unknown.
 */
@Serializable
class MachineResult(
    val cpu: String,
    val processors: Int,
    val memoryGigabytes: Double,
    val java: String,
    val os: String,
    val loadBefore: Double?,
    val loadAfter: Double?,
) {
    /** The same machine, with the load at the end. */
    fun atEnd(): MachineResult = MachineResult(cpu, processors, memoryGigabytes, java, os, loadBefore, load())

    companion object {
        private val CPU_INFO = Path.of("/proc/cpuinfo")
        private val CPU_NAME = Regex("""model name\s*:\s*(.*)""")
        private const val GIGABYTE = 1024.0 * 1024 * 1024

        @JvmStatic
        fun here(): MachineResult =
            MachineResult(
                cpu = cpu(),
                processors = Runtime.getRuntime().availableProcessors(),
                memoryGigabytes = memory() / GIGABYTE,
                java = "${System.getProperty("java.vm.name")} ${Runtime.version()}",
                os = listOf("os.name", "os.version", "os.arch").joinToString(" ") { System.getProperty(it) },
                loadBefore = load(),
                loadAfter = null,
            )

        private fun load(): Double? = ManagementFactory.getOperatingSystemMXBean().systemLoadAverage.takeIf { it >= 0 }

        private fun memory(): Long =
            (ManagementFactory.getOperatingSystemMXBean() as? OperatingSystemMXBean)?.totalMemorySize ?: 0

        /** The name of the processor, which only Linux has in a file. */
        private fun cpu(): String {
            val lines = if (Files.isReadable(CPU_INFO)) Files.readAllLines(CPU_INFO) else emptyList()
            return lines.firstNotNullOfOrNull { CPU_NAME.matchEntire(it)?.groupValues?.get(1) } ?: "unknown CPU"
        }
    }
}
