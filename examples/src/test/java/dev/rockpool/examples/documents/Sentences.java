package dev.rockpool.examples.documents;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Splits prose into sentences: of paragraphs, items of lists, and cells of tables. */
final class Sentences {
    private Sentences() {}

    /** The sentences of these lines that have more than this many words. A piece of code counts as one word. */
    static List<String> longerThan(int words, List<String> lines) {
        List<String> found = new ArrayList<>();
        for (String block : blocks(lines)) {
            String text = block.replaceAll("`[^`]*`", "CODE").replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1");
            for (String sentence : text.replace("**", "").split("(?<=[.!?:])\\s+")) {
                if (sentence.strip().split("\\s+").length > words) found.add(sentence);
            }
        }
        return found;
    }

    private static List<String> blocks(List<String> lines) {
        List<String> blocks = new ArrayList<>();
        StringBuilder block = new StringBuilder();
        for (String line : lines) {
            String text = line.strip();
            boolean apart = text.isEmpty() || text.startsWith("#") || text.startsWith("|");
            boolean item = text.matches("([-*]|\\d+\\.) .*");
            if (apart || item) {
                blocks.add(block.toString());
                block.setLength(0);
            }
            if (text.startsWith("|")) blocks.addAll(Arrays.asList(text.split("\\|")));
            else if (!apart)
                block.append(text.replaceFirst("^([-*]|\\d+\\.) ", "")).append(' ');
        }
        blocks.add(block.toString());
        return blocks;
    }
}
