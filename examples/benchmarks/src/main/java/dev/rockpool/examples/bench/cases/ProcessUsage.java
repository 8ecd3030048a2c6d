package dev.rockpool.examples.bench.cases;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The resource usage of this JVM, as the operating system counts it. */
final class ProcessUsage {
    private static final Path THREADS = Path.of("/proc/self/task");
    private static final int SETTLING_ROUNDS = 4;

    /** Threads of the JVM itself, by the prefix of their names. Some start late. */
    private static final Set<String> JVM_THREADS =
            Set.of("C1 Compiler", "C2 Compiler", "G1 ", "GC Thread", "VM ", "Attach", "Cleaner", "Common-Clean");

    private ProcessUsage() {}

    /** CPU time in microseconds. */
    static double cpuMicros() {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return system.getProcessCpuTime() / (double) TimeUnit.MICROSECONDS.toNanos(1);
    }

    /** Bytes of reachable objects on the heap. */
    static double heapBytes() throws InterruptedException {
        for (int i = 0; i < SETTLING_ROUNDS; i++) {
            System.gc();
            // Other threads process the references that the collector found.
            Thread.sleep(20);
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Whether the system counts how often threads wake up. */
    static boolean countsSwitches() {
        return Files.isDirectory(THREADS);
    }

    /** How often each thread was scheduled, by thread number, except the JVM's own threads. */
    static Map<Long, Long> switches() {
        Map<Long, Long> all = new TreeMap<>();
        try (Stream<Path> threads = Files.list(THREADS)) {
            for (Path thread : threads.toList()) {
                Long switches = switches(thread);
                if (switches != null) all.put(Long.valueOf(thread.getFileName().toString()), switches);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    private static Long switches(Path thread) throws IOException {
        try {
            String name = Files.readString(thread.resolve("comm")).trim();
            if (JVM_THREADS.stream().anyMatch(name::startsWith)) return null;
            return Files.readAllLines(thread.resolve("status")).stream()
                    .filter(line -> line.contains("_ctxt_switches:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            // the thread ended meanwhile
            if (Files.exists(thread)) throw e;
            return null;
        }
    }
}
