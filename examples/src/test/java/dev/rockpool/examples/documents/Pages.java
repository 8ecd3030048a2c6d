package dev.rockpool.examples.documents;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The Markdown pages of the project, without their code. */
final class Pages {
    static final Path ROOT = Path.of("..");

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

    private Pages() {}

    /** Every page: those next to the README, and all below {@code docs}. */
    static List<Path> all() throws IOException {
        try (Stream<Path> top = Files.list(ROOT);
                Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(top, docs)
                    .filter(page -> page.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    /** The lines of a page outside its code blocks. */
    static List<String> prose(Path page) throws IOException {
        List<String> lines = new ArrayList<>();
        boolean code = false;
        for (String line : Files.readAllLines(page)) {
            boolean fence = line.strip().startsWith("```");
            if (fence) code = !code;
            if (!code && !fence && !line.startsWith("<!--")) lines.add(line);
        }
        return lines;
    }

    /** The targets of all links and pictures of a page. */
    static List<String> links(Path page) throws IOException {
        return LINK.matcher(String.join("\n", prose(page)).replaceAll("`[^`\n]*`", "code"))
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    /** The anchors of a page, as GitHub names them. */
    static Set<String> anchors(Path page) throws IOException {
        Set<String> anchors = new TreeSet<>();
        for (String line : prose(page)) {
            if (!line.startsWith("#")) continue;
            String heading = line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT);
            anchors.add(heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'));
        }
        return anchors;
    }
}
