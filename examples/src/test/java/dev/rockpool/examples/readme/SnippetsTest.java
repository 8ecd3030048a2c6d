package dev.rockpool.examples.readme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each code block of the documentation is a region of a file that is compiled and tested. */
class SnippetsTest {
    private static final Path ROOT = Path.of("..");
    private static final String SOURCE =
            "class A {\n    // region one\n    int a;\n        int b;\n    // endregion\n}\n";

    @TempDir
    Path folder;

    static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(Stream.of(ROOT.resolve("README.md")), docs)
                    .filter(page -> page.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void documentedCodeIsTestedCode(Path page) throws IOException {
        assertEquals(List.of(), new Snippets(ROOT).problems(page));
    }

    @Test
    void aRegionIsQuotedWithoutItsIndentation() throws IOException {
        assertEquals(List.of(), problems("<!-- code: A.java region one -->\n```java\nint a;\n    int b;\n```\n"));
    }

    @Test
    void aRegionOfXmlIsQuoted() throws IOException {
        Files.writeString(folder.resolve("A.xml"), "<a>\n  <!-- region one -->\n  <b/>\n  <!-- endregion -->\n</a>\n");
        assertEquals(List.of(), problems("<!-- code: A.xml region one -->\n```xml\n<b/>\n```\n"));
        assertProblem("<!-- code: A.xml region one -->\n```xml\n<c/>\n```\n", "the code in");
    }

    /** Gradle does not run here, so at least its coordinates must be right. */
    @Test
    void theReadmeNamesTheCurrentVersion() throws IOException {
        assertEquals(
                versions("pom.xml", "^  <version>(.*)</version>"),
                versions(
                        "README.md",
                        "dev\\.rockpool:[a-z-]+:([^\"]+)\"|<rockpool\\.version>(.*)</rockpool\\.version>"));
    }

    private static Set<String> versions(String file, String pattern) throws IOException {
        return Pattern.compile(pattern, Pattern.MULTILINE)
                .matcher(Files.readString(ROOT.resolve(file)))
                .results()
                .flatMap(match -> IntStream.rangeClosed(1, match.groupCount()).mapToObj(match::group))
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
    }

    @Test
    void aDifferenceIsAProblem() throws IOException {
        assertProblem("<!-- code: A.java region one -->\n```java\nint a;\n```\n", "the code in");
    }

    @Test
    void codeWithoutASourceIsAProblem() throws IOException {
        assertProblem("text\n```java\nint a;\n    int b;\n```\n", "no source in the line before");
    }

    @Test
    void aMissingFileOrRegionIsAProblem() throws IOException {
        assertProblem("<!-- code: B.java region one -->\n```java\nint a;\n```\n", "there is no");
        assertProblem("<!-- code: A.java region two -->\n```java\nint a;\n```\n", "has no region 'two'");
    }

    private void assertProblem(String page, String expected) throws IOException {
        List<String> problems = problems(page);
        assertTrue(problems.size() == 1 && problems.get(0).contains(expected), problems::toString);
    }

    private List<String> problems(String page) throws IOException {
        Files.writeString(folder.resolve("A.java"), SOURCE);
        return new Snippets(folder).problems(Files.writeString(folder.resolve("page.md"), page));
    }
}
