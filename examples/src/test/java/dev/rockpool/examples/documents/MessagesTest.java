package dev.rockpool.examples.documents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * docs/troubleshooting.md has an entry for each message of the library, and no entry for a message that is gone.
 *
 * <p>A message is a text of three words or more in the sources, unless it is listed here as something else. Its entry is a piece of code
 * on the page with the longest part of the text that is fixed, or with a pattern such as {@code … is … but must …}.
 */
class MessagesTest {
    private static final Path PAGE = Pages.ROOT.resolve("docs/troubleshooting.md");
    private static final List<String> MODULES = List.of("pool", "pool/dashboard", "pool-jdbc");
    private static final int WORDS = 3;

    /** What settings, metrics and events are, in words. */
    private static final Pattern OTHER_FILES = Pattern.compile(
            ".*/(PoolTable|JdbcTable|SettingParts|SettingKeys|PoolEvent|PoolTimes|ForJava|RockpoolMetadata|Figure|(metrics|flight)/\\w+)\\.\\w+");

    /** SQL, patterns, headers of HTTP, what {@code toString} says of values, and what a value must be. */
    private static final Pattern OTHER_TEXTS = Pattern.compile(
            "(?s)(select |set (application_name|tcp_|query_timeout|autocommit|session|role|search_path)|set_config|pragma |begin |alter session|execute as|exec as"
                    + "|.*; ?charset=utf-8|default-src |at least |at most |zero or |longer than |from one |if @@|\\(\\?|[A-Z]\\w+[\\[(]\\w+=).*");

    /** More of that, and names of threads and properties. */
    private static final Set<String> NAMES = Set.of(
            "; HttpOnly; SameSite=Strict",
            "JDBC connection details of spring.datasource",
            "a client at",
            "callers '…' of pool '…': …",
            "callers '…' of …: …",
            "… connections, … wait, … reserved",
            "connections with a tag of pool '…'",
            "connections with a tag of …",
            "credentials of a file",
            "every JVM has SHA-256",
            "login of spring.datasource",
            "no virtual threads",
            "no way to start",
            "not an object",
            "pool '…' from … to …: … served, … not served, … of … leased, … pending, wait",
            "pool '…', not started",
            "pool dispatcher of … threads",
            "pool manager with pools …",
            "the total of the budget",
            "the window of",
            "times, mean …, p50 …, p90 …, p99",
            "up to … attempts, pauses …",
            "wait up to …",
            "what this process is guaranteed");

    private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
    private static final Pattern WORD = Pattern.compile("[A-Za-z']+");

    private record Message(String place, String words) {}

    @Test
    void everyMessageHasAnEntry() throws IOException {
        List<String> entries = code(Files.readString(PAGE)).toList();
        List<Pattern> patterns = entries.stream()
                .filter(entry -> entry.contains(Texts.HOLE) && words(entry) > 1)
                .map(MessagesTest::pattern)
                .toList();
        List<Message> missing = messages()
                .filter(message -> !isMessageOf(message.words(), entries, patterns))
                .toList();
        assertEquals(List.of(), missing, "add an entry to " + PAGE + " for");
    }

    @Test
    void everyEntryIsAMessage() throws IOException {
        String all = texts().map(Message::words).collect(Collectors.joining("\n"));
        List<String> gone = Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| `"))
                .flatMap(line -> code(line.split("\\|")[1]))
                .filter(entry -> !all.contains(longest(entry)))
                .toList();
        assertEquals(List.of(), gone, "the sources do not say");
    }

    @Test
    void textsAreFoundInJava() {
        String source =
                "// \"no\"\nthrow new E(\"a b \" + x + \" c d\"\n  + \" e\"); char c = '\"'; f(\"g \\\"h\\\"\", \"i\");";
        assertEquals(List.of("a b … c d e", "g \"h\"", "i"), words(source, false));
        assertEquals(
                List.of(2, 3, 3),
                Texts.of(source, false).stream().map(Texts.Text::line).toList());
    }

    @Test
    void textsAreFoundInKotlin() {
        String source =
                "/* \"no\" */ error(\"a $b c ${if (d) \"e ${f} g\" else \"h\"} i\" + \" j\"); val k = \"\"\"l\"\"\"";
        assertEquals(List.of("a … c … i j", "e … g", "h"), words(source, true));
    }

    private static List<String> words(String source, boolean isKotlin) {
        return Texts.of(source, isKotlin).stream().map(Texts.Text::words).toList();
    }

    private static boolean isMessageOf(String words, List<String> entries, List<Pattern> patterns) {
        String fixed = longest(words);
        return entries.stream().anyMatch(entry -> entry.contains(fixed))
                || patterns.stream().anyMatch(entry -> entry.matcher(words).matches());
    }

    private static Stream<Message> messages() throws IOException {
        return texts().filter(message -> words(message.words()) >= WORDS
                && message.words().strip().contains(" ")
                && !OTHER_FILES
                        .matcher(message.place().replaceFirst(":\\d+$", ""))
                        .matches()
                && !OTHER_TEXTS.matcher(message.words()).matches()
                && !NAMES.contains(message.words().strip()));
    }

    private static Stream<Message> texts() throws IOException {
        Stream<Message> all = Stream.empty();
        for (String module : MODULES) {
            Path sources = Pages.ROOT.resolve(module).resolve("src/main");
            List<Path> files;
            try (Stream<Path> walk = Files.walk(sources)) {
                files = walk.filter(file -> file.toString().matches(".*\\.(java|kt)"))
                        .sorted()
                        .toList();
            }
            assertTrue(files.size() > 20, "the sources of " + module + " were not found");
            for (Path file : files) all = Stream.concat(all, textsOf(file));
        }
        return all;
    }

    private static Stream<Message> textsOf(Path file) throws IOException {
        String place = Pages.ROOT.relativize(file).toString().replace('\\', '/');
        return Texts.of(Files.readString(file), place.endsWith(".kt")).stream()
                .map(text -> new Message(
                        place + ":" + text.line(),
                        text.words()
                                .replaceAll("%[,.0-9]*[a-z%]|\\{}", Texts.HOLE)
                                .replaceAll("\\s+", " ")));
    }

    private static Stream<String> code(String text) {
        return CODE.matcher(text).results().map(match -> match.group(1));
    }

    private static Pattern pattern(String entry) {
        return Pattern.compile(
                Arrays.stream(entry.split(Texts.HOLE, -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
    }

    /** The longest part of a text that is fixed, without the punctuation at its ends. */
    private static String longest(String text) {
        return Arrays.stream(text.split(Texts.HOLE))
                .max(Comparator.comparingInt(String::length))
                .orElse("")
                .replaceAll("^[\\s;,.:'()]+|[\\s;,.:'()]+$", "");
    }

    private static int words(String text) {
        return (int) WORD.matcher(text)
                .results()
                .map(MatchResult::group)
                .filter(word -> !word.equals("'"))
                .count();
    }
}
