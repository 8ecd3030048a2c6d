package dev.rockpool.examples.documents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.jdbc.JdbcSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The documents are short and complete, and their links work. */
class DocumentsTest {
    private static final int README_WORDS = 1_000;
    private static final int DESIGN_WORDS = 1_300;
    private static final int PERFORMANCE_WORDS = 2_500;
    private static final int SENTENCE_WORDS = 24;

    static List<Path> pages() throws IOException {
        return Pages.all();
    }

    /** Pages for readers. The output of benchmarks is pasted, and the changelog keeps entries on one line. */
    static List<Path> prosePages() throws IOException {
        return Pages.all().stream()
                .filter(page -> !page.getFileName().toString().matches("2\\d{3}-.*"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyLinkWorks(Path page) throws IOException {
        List<String> dead = new ArrayList<>();
        for (String link : Pages.links(page)) {
            if (link.matches("(https?|mailto):.*")) continue;
            String[] parts = link.split("#", 2);
            Path target =
                    parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
            if (!Files.exists(target)) dead.add(link);
            else if (parts.length == 2 && !Pages.anchors(target).contains(parts[1])) dead.add(link);
        }
        assertEquals(List.of(), dead, "dead links in " + page);
    }

    @ParameterizedTest
    @MethodSource("prosePages")
    void sentencesAreShort(Path page) throws IOException {
        assertEquals(List.of(), Sentences.longerThan(SENTENCE_WORDS, Pages.prose(page)), "long sentences in " + page);
    }

    @Test
    void longPagesStayShort() throws IOException {
        assertWords("README.md", README_WORDS);
        assertWords("docs/design.md", DESIGN_WORDS);
        assertWords("docs/performance.md", PERFORMANCE_WORDS);
    }

    @Test
    void everyPageIsReachedFromTheReadme() throws IOException {
        Set<Path> reached = new TreeSet<>();
        List<Path> next =
                new ArrayList<>(List.of(Pages.ROOT.resolve("README.md").normalize()));
        while (!next.isEmpty()) {
            Path page = next.remove(0);
            if (!reached.add(page)) continue;
            for (String link : Pages.links(page)) {
                Path target = page.resolveSibling(link.replaceFirst("#.*", "")).normalize();
                if (target.toString().endsWith(".md") && Files.exists(target)) next.add(target);
            }
        }
        assertEquals(
                List.of(),
                pages().stream()
                        .filter(page -> !reached.contains(page.normalize()))
                        .toList());
    }

    @Test
    void everySettingIsOnTheSettingsPage() throws IOException {
        String page = Files.readString(Pages.ROOT.resolve("docs/settings.md"));
        Set<String> missing = Arrays.stream(JdbcSettings.class.getMethods())
                .map(method -> method.getName().replaceFirst("-.*", ""))
                .filter(name -> name.matches("set[A-Z].*"))
                .map(name -> name.substring(3, 4).toLowerCase(Locale.ROOT) + name.substring(4))
                .filter(setting -> !page.contains("`" + setting + "`"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(Set.of(), missing);
    }

    private static void assertWords(String page, int most) throws IOException {
        int words = Files.readString(Pages.ROOT.resolve(page)).strip().split("\\s+").length;
        assertTrue(words <= most, page + " has " + words + " words, more than " + most);
    }
}
