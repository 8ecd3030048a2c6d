package dev.rockpool.examples.faults;

import dev.rockpool.examples.ProgramFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * One planted fault: an exact piece of its source, and its replacement.
 *
 * <pre>
 * why: what is wrong with it
 * file: where, from the top of the project
 * caught by: simulation, or: test MODULE CLASS
 * --- instead of
 * the exact source
 * --- plant
 * what replaces it
 * </pre>
 */
record Fault(String name, String why, Path file, String caughtBy, String insteadOf, String plant) {
    private static final String BY_TEST = "test ";
    private static final String SUFFIX = ".fault";
    private static final String INSTEAD_OF = "\n--- instead of\n";
    private static final String PLANT = "\n--- plant";

    /** Whether a test class must catch it. Otherwise the simulation must. */
    boolean isForTest() {
        return caughtBy.startsWith(BY_TEST);
    }

    /** The test class, or the simulation. */
    String catcher() {
        return caughtBy.substring(caughtBy.lastIndexOf(' ') + 1);
    }

    /** The module of the test class, or of the fault. */
    String module() {
        return isForTest() ? caughtBy.split(" ")[1] : file.getName(0).toString();
    }

    /** All faults in this folder, ordered by name. */
    static List<Fault> in(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted()
                    .map(Fault::read)
                    .toList();
        } catch (IOException e) {
            throw new ProgramFailure("no faults to plant in " + folder + "; --project names the project's folder", e);
        }
    }

    private static Fault read(Path file) {
        try {
            String name = file.getFileName().toString().replace(SUFFIX, "");
            return parse(name, Files.readString(file));
        } catch (IOException e) {
            throw new ProgramFailure("cannot read " + file, e);
        }
    }

    static Fault parse(String name, String text) {
        int old = text.indexOf(INSTEAD_OF);
        int planted = text.indexOf(PLANT, old);
        if (old < 0 || planted < 0) throw new ProgramFailure("fault " + name + " lacks one of its sections", null);
        String head = text.substring(0, old);
        return new Fault(
                name,
                line(name, head, "why: "),
                Path.of(line(name, head, "file: ")),
                line(name, head, "caught by: "),
                text.substring(old + INSTEAD_OF.length(), planted),
                text.substring(planted + PLANT.length()).strip().isEmpty()
                        ? ""
                        : text.substring(planted + PLANT.length() + 1).stripTrailing());
    }

    /**
     * Returns the source with the fault in it. Fails if the source has changed, because then the fault must change too.
     */
    String plantIn(String source) {
        int at = source.indexOf(insteadOf);
        if (at < 0) throw new ProgramFailure("fault " + name + ": its text is no longer in " + file, null);
        if (source.indexOf(insteadOf, at + 1) >= 0)
            throw new ProgramFailure("fault " + name + ": its text is in " + file + " more than once", null);
        return source.substring(0, at) + plant + source.substring(at + insteadOf.length());
    }

    private static String line(String name, String head, String key) {
        return head.lines()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(key.length()).strip())
                .findFirst()
                .orElseThrow(() -> new ProgramFailure("fault " + name + " has no line '" + key + "'", null));
    }
}
