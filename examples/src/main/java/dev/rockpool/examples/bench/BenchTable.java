package dev.rockpool.examples.bench;

import java.io.PrintWriter;
import java.util.Locale;

/** Prints a result for people who sit at a terminal. */
final class BenchTable {
    private static final String HEAD = "  %-28s %10s %9s %9s %9s%n";

    private final PrintWriter out;

    BenchTable(PrintWriter out) {
        this.out = out;
    }

    void print(BenchResult result, Effort effort) {
        MachineResult machine = result.getMachine();
        out.printf(
                Locale.ROOT,
                "%nConnection cycle: take a connection and return it; %d threads, %d connections, a driver that does nothing%n",
                result.getThreads(),
                result.getPoolSize());
        out.printf("  %s, %d cores, %s%n", machine.getCpu(), machine.getProcessors(), machine.getOs());
        out.printf("  %s%n%n", machine.getJava());
        out.printf(HEAD, "", "ns/cycle", "+/-", "ratio", "B/cycle");
        for (BenchRow row : result.getRows()) {
            out.printf(
                    HEAD,
                    row.getTitle(),
                    number(row.getNanos()),
                    number(row.getError()),
                    String.format(Locale.ROOT, "%.2f", row.getRatio()),
                    row.getBytes() == null ? "-" : number(row.getBytes()));
        }
        out.printf("%n  ns: per cycle and thread, the mean of %s; +/-: 99.9 %% confidence;%n", effort);
        out.printf("  ratio: to Rockpool; B: allocated, the most of any fork.%n");
        if (machine.getLoad() != null) {
            out.printf(Locale.ROOT, "  Load of the machine before: %.1f.%n", machine.getLoad());
        }
        out.flush();
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%,.1f", value);
    }
}
