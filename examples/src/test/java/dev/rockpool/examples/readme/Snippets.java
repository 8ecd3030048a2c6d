package dev.rockpool.examples.readme;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Compares the code blocks of a Markdown page with the files they come from.
 *
 * <p>The line before a block names its source, {@code <!-- code: FILE region NAME -->}, with a path from the root of the project. A
 * region of a file begins with a comment {@code region NAME} and ends with {@code endregion}.
 */
final class Snippets {
    private static final Pattern SOURCE = Pattern.compile("<!-- code: (\\S+) region (.+) -->");
    private static final Set<String> LANGUAGES = Set.of("java", "kotlin", "properties", "xml", "yaml");

    private final Path root;

    Snippets(Path root) {
        this.root = root;
    }

    /** The problems of this page's code blocks. */
    List<String> problems(Path page) throws IOException {
        List<String> problems = new ArrayList<>();
        List<String> lines = Files.readAllLines(page);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (!line.startsWith("```") || !LANGUAGES.contains(line.substring(3))) continue;
            List<String> rest = lines.subList(i + 1, lines.size());
            List<String> code = rest.subList(0, rest.indexOf("```"));
            String problem = problem(i == 0 ? "" : lines.get(i - 1), String.join("\n", code));
            if (problem != null) problems.add(page.getFileName() + ":" + (i + 1) + ": " + problem);
        }
        return problems;
    }

    private String problem(String sourceLine, String code) throws IOException {
        var source = SOURCE.matcher(sourceLine);
        if (!source.matches()) return "no source in the line before, <!-- code: FILE region NAME -->";
        Path file = root.resolve(source.group(1));
        if (!Files.exists(file)) return "there is no " + file;
        String region = region(Files.readAllLines(file), source.group(2));
        if (region == null) return file + " has no region '" + source.group(2) + "'";
        return region.equals(code) ? null : "the code in " + file + " is\n" + region;
    }

    private static String region(List<String> lines, String name) {
        int start = lines.stream()
                .map(String::strip)
                .map(line -> line.replaceFirst("^(//|#|<!--) ", "").replaceFirst(" -->$", ""))
                .toList()
                .indexOf("region " + name);
        if (start < 0) return null;
        List<String> code = lines.subList(start + 1, lines.size()).stream()
                .takeWhile(line -> !line.matches(".* endregion( -->)?"))
                .toList();
        int indent = code.get(0).length() - code.get(0).stripLeading().length();
        return String.join(
                        "\n",
                        code.stream()
                                .map(line -> line.substring(Math.min(indent, line.length())))
                                .toList())
                .strip();
    }
}
