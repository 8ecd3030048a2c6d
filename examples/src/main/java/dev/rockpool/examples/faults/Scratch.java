package dev.rockpool.examples.faults;

import dev.rockpool.examples.ProgramFailure;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A copy of the sources in which faults are planted. */
final class Scratch implements AutoCloseable {
    private static final long LONGEST_MINUTES = 6;

    private final Path project;
    private final Path folder;
    private final Path output;

    private Scratch(Path project, Path folder) {
        this.project = project;
        this.folder = folder;
        this.output = folder.resolve("output.txt");
    }

    /**
     * @param modules whose tests will run
     */
    static Scratch of(Path project, List<String> modules) throws IOException {
        Scratch scratch = new Scratch(project, Files.createTempDirectory("rockpool-faults"));
        scratch.copy(".mvn");
        List<String> copied = withNeeded(modules);
        for (String module : copied) {
            scratch.copy(module + "/src");
            scratch.copy(module + "/pom.xml");
        }
        String pom = Files.readString(project.resolve("pom.xml"));
        Files.writeString(scratch.folder.resolve("pom.xml"), parentPom(pom, copied));
        return scratch;
    }

    /** These modules and those that they or their tests need, in the order of the build. */
    static List<String> withNeeded(List<String> modules) {
        List<String> build = List.of(
                "pool/hang-watch", "pool", "pool-testing", "pool/dashboard", "pool-jdbc", "pool-jdbc/spring-boot-4");
        int last = modules.stream().mapToInt(build::indexOf).max().orElse(1);
        return build.subList(0, Math.max(2, last + 1));
    }

    /**
     * The parent POM with these modules only. A fault may leave unused code, which is a warning and so an error in the
     * project itself.
     */
    static String parentPom(String pom, List<String> modules) {
        return pom.replaceAll("<module>(?!(" + String.join("|", modules) + ")</)[^<]*</module>", "")
                .replace("<arg>-Werror</arg>", "")
                .replace("<kotlin.warnings>-Werror<", "<kotlin.warnings>-nowarn<");
    }

    private void copy(String what) throws IOException {
        try (Stream<Path> files = Files.walk(project.resolve(what))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path copy = folder.resolve(project.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                if (Files.isRegularFile(file)) Files.copy(file, copy);
            }
        }
    }

    void plant(Fault fault) throws IOException {
        Path file = folder.resolve(fault.file());
        Files.writeString(file, fault.plantIn(Files.readString(file)));
    }

    void remove(Fault fault) throws IOException {
        Files.writeString(folder.resolve(fault.file()), Files.readString(project.resolve(fault.file())));
    }

    void compile(String module) {
        Outcome outcome = run(List.of(maven(), "-q", "-B", "-ntp", "-pl", module, "-am", "compile"));
        if (outcome.exitCode() != 0)
            throw new ProgramFailure("the copy does not compile: " + outcome.lastError(), null);
    }

    /** Simulates this many seeds with the classes of this copy. */
    Outcome simulate(long seeds) {
        String classPath = folder.resolve("pool/target/classes") + File.pathSeparator + ownJar();
        return run(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                "dev.rockpool.examples.Main",
                "simulate",
                "--seeds",
                Long.toString(seeds)));
    }

    /** Runs the test class that must catch this fault. */
    Outcome test(Fault fault) {
        return run(List.of(
                maven(),
                "-q",
                "-B",
                "-ntp",
                "-pl",
                fault.module(),
                "-am", // the other modules may not be installed
                "test",
                "-Dtest=" + fault.catcher(),
                "-Dsurefire.failIfNoSpecifiedTests=false"));
    }

    /** The result of a command; exit code 0 is success. */
    record Outcome(int exitCode, boolean hung, String text) {
        String lastError() {
            if (hung) return "it did not end within " + LONGEST_MINUTES + " minutes";
            return text.lines()
                    .filter(line -> line.contains("ERROR") && !line.contains("Help 1"))
                    .findFirst()
                    .orElse(text);
        }
    }

    private Outcome run(List<String> command) {
        try {
            Process process = new ProcessBuilder(new ArrayList<>(command))
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES);
            if (!ended) process.destroyForcibly().waitFor();
            return new Outcome(process.exitValue(), !ended, Files.readString(output));
        } catch (IOException e) {
            throw new ProgramFailure("cannot run " + command.get(0), e);
        } catch (InterruptedException e) {
            throw new ProgramFailure("interrupted", e);
        }
    }

    private static String maven() {
        return File.separatorChar == '\\' ? "mvn.cmd" : "mvn";
    }

    private static String ownJar() {
        try {
            return Path.of(Scratch.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (java.net.URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
