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
    /** The limit for a run that must notice one fault. */
    static final int FAULT_MINUTES = 6;

    /** The limit for compiling a module, and for what must pass without a fault. */
    static final int LONGEST_MINUTES = 20;

    /**
     * Compiles only what a fault has changed, because most of the time went there. With all modules that are needed,
     * because they may not be installed.
     */
    private static final List<String> MAVEN =
            List.of(mavenCommand(), "-q", "-B", "-ntp", "-am", "-Dkotlin.compiler.incremental=true");

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
            if (Files.exists(project.resolve(module + "/src"))) scratch.copy(module + "/src");
            scratch.copy(module + "/pom.xml");
        }
        String pom = Files.readString(project.resolve("pom.xml"));
        Files.writeString(scratch.folder.resolve("pom.xml"), parentPom(pom, copied));
        return scratch;
    }

    /** These modules and those that they or their tests need, in the order of the build. */
    static List<String> withNeeded(List<String> modules) {
        List<String> build = List.of(
                "pool/hang-watch",
                "pool",
                "pool/tests",
                "pool-testing",
                "pool-testing/tests",
                "pool/dashboard",
                "pool/dashboard/tests",
                "pool-jdbc",
                "pool-jdbc/tests",
                "pool-jdbc/spring-boot-4");
        int last = modules.stream()
                .map(Scratch::testsOf)
                .mapToInt(build::indexOf)
                .max()
                .orElse(1);
        return build.subList(0, Math.max(2, last + 1));
    }

    /** The module with the tests of this one. */
    private static String testsOf(String module) {
        return module.equals("pool-jdbc/spring-boot-4") ? module : module + "/tests";
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
        Outcome outcome = run(LONGEST_MINUTES, maven(List.of("-pl", testsOf(module), "test-compile")));
        if (outcome.exitCode() != 0)
            throw new ProgramFailure("the copy does not compile: " + outcome.lastError(), null);
    }

    /** Simulates this many seeds with the classes of this copy. */
    Outcome simulate(long seeds, int maxMinutes) {
        String classPath = folder.resolve("pool/target/classes") + File.pathSeparator + ownJar();
        return run(
                maxMinutes,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath,
                        "dev.rockpool.examples.Main",
                        "simulate",
                        "--seeds",
                        Long.toString(seeds)));
    }

    /** Runs these test classes of a module, separated by commas. */
    Outcome test(String module, String classes, int maxMinutes) {
        return run(maxMinutes, maven(tests(module, classes)));
    }

    /** Runs a test class with all the repetition of a proof. */
    Outcome prove(String module, String testClass) {
        List<String> arguments = new ArrayList<>(tests(module, testClass));
        arguments.add("-Pproof");
        return run(LONGEST_MINUTES, maven(arguments));
    }

    private static List<String> tests(String module, String classes) {
        return List.of("-pl", testsOf(module), "test", "-Dtest=" + classes, "-Dsurefire.failIfNoSpecifiedTests=false");
    }

    /** The result of a command; exit code 0 is success. It is stopped after {@code maxMinutes}. */
    record Outcome(int exitCode, boolean hung, int maxMinutes, String text) {
        String lastError() {
            if (hung) return "it did not end within " + maxMinutes + " minutes";
            return text.lines()
                    .filter(line -> line.contains("ERROR") && !line.contains("Help 1"))
                    .findFirst()
                    .orElse(text);
        }
    }

    private Outcome run(int maxMinutes, List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = process.waitFor(maxMinutes, TimeUnit.MINUTES);
            if (!ended) process.destroyForcibly().waitFor();
            return new Outcome(process.exitValue(), !ended, maxMinutes, Files.readString(output));
        } catch (IOException e) {
            throw new ProgramFailure("cannot run " + command.get(0), e);
        } catch (InterruptedException e) {
            throw new ProgramFailure("interrupted", e);
        }
    }

    private static List<String> maven(List<String> arguments) {
        return Stream.concat(MAVEN.stream(), arguments.stream()).toList();
    }

    private static String mavenCommand() {
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
