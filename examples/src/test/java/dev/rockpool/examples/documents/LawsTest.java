package dev.rockpool.examples.documents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of laws has each number that a test name begins with, and names the tests of each law. */
class LawsTest {
    private static final Path PAGE = Pages.ROOT.resolve("docs/laws.md");
    private static final List<String> MODULES = List.of("pool", "pool/dashboard", "pool-testing", "pool-jdbc");
    private static final int FIRST_OF_BOTH = 44;

    /** A name such as {@code 30 after an interrupt ...}, {@code 17, 19: a hook ...} or {@code 3 53 nothing ...}. */
    private static final Pattern NAME =
            Pattern.compile("(?:\\b(?:test|context|DisplayName)\\()\\s*\"(\\d{1,3}(?:(?:, | and | )\\d{1,3})*):? "
                    + "(?!coroutines|threads|platform threads|connections)");

    private static final Pattern NUMBER = Pattern.compile("\\d+");
    private static final Pattern CLASS = Pattern.compile("`(\\w+)`");
    private static final Pattern ROW = Pattern.compile("\\| (\\d+) \\| (.+) \\| (.+) \\|");

    private record Law(String section, int number, String tests) {
        boolean names(String test) {
            return tests.contains("`" + test + "`");
        }

        /** Whether a number in a test of this module can refer to this law. */
        boolean isMeantIn(String module) {
            return module.equals("pool-jdbc") || !section.equals("The data source");
        }
    }

    private record Use(String module, String test, int number) {}

    @Test
    void everyNumberOfATestIsALawThatNamesTheTest() throws IOException {
        List<Law> laws = laws();
        List<Use> unknown = uses().stream()
                .filter(use -> laws.stream()
                        .noneMatch(law ->
                                law.number() == use.number() && law.isMeantIn(use.module()) && law.names(use.test())))
                .toList();
        assertEquals(List.of(), unknown);
    }

    @Test
    void everyLawNamesTestsThatExistOrSaysWhyNot() throws IOException {
        Set<String> tests = MODULES.stream()
                .flatMap(LawsTest::sources)
                .map(LawsTest::className)
                .collect(Collectors.toSet());
        List<String> problems = new ArrayList<>();
        for (Law law : laws()) {
            List<String> named = CLASS.matcher(law.tests())
                    .results()
                    .map(match -> match.group(1))
                    .toList();
            if (named.isEmpty() && !law.tests().startsWith("none: ")) problems.add(law + " names no test");
            named.stream().filter(test -> !tests.contains(test)).forEach(test -> problems.add("there is no " + test));
        }
        assertEquals(List.of(), problems);
    }

    @Test
    void lawsAreNumberedWithoutGaps() throws IOException {
        for (String section : List.of("The pool", "The data source", "Both")) {
            List<Integer> numbers = laws().stream()
                    .filter(law -> law.section().equals(section))
                    .map(Law::number)
                    .toList();
            int first = section.equals("Both") ? FIRST_OF_BOTH : 1;
            assertTrue(!numbers.isEmpty(), section);
            assertEquals(IntStream.range(first, first + numbers.size()).boxed().toList(), numbers, section);
        }
    }

    private static List<Law> laws() throws IOException {
        List<Law> laws = new ArrayList<>();
        String section = "";
        for (String line : Files.readAllLines(PAGE)) {
            if (line.startsWith("## ")) section = line.substring(3);
            var row = ROW.matcher(line);
            if (row.matches()) laws.add(new Law(section, Integer.parseInt(row.group(1)), row.group(3)));
        }
        return laws;
    }

    private static Set<Use> uses() {
        Set<Use> uses = MODULES.stream()
                .flatMap(module -> sources(module).flatMap(source -> NAME.matcher(read(source))
                        .results()
                        .flatMap(LawsTest::numbers)
                        .map(number -> new Use(module, className(source), number))))
                .collect(Collectors.toSet());
        assertTrue(uses.size() > FIRST_OF_BOTH, "no numbered tests were found");
        return uses;
    }

    private static Stream<Integer> numbers(MatchResult name) {
        return NUMBER.matcher(name.group(1)).results().map(MatchResult::group).map(Integer::valueOf);
    }

    private static Stream<Path> sources(String module) {
        try (Stream<Path> files = Files.walk(Pages.ROOT.resolve(module).resolve("src/test"))) {
            return files.filter(file -> file.toString().matches(".*\\.(kt|java)")).toList().stream();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String read(Path source) {
        try {
            return Files.readString(source);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String className(Path source) {
        return source.getFileName().toString().replaceFirst("\\..*", "");
    }
}
