package dev.rockpool.jdbc.internal.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces {@code ${env:X}} and {@code ${file:/run/secrets/x}} in texts. Errors name the reference and never what it
 * refers to.
 *
 * @param environment the environment variables
 */
record References(Map<String, String> environment) {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{(\\w*):?([^}]*)}");

    /** A reference that leads nowhere. The message ends a sentence that begins with the key. */
    static final class MissingException extends Exception {
        private static final long serialVersionUID = 1;

        MissingException(String reference, String reason) {
            super("refers to " + reference + " but " + reason);
        }

        /** The same as a whole sentence. */
        MissingException(String key, MissingException cause) {
            super(key + " " + cause.getMessage());
        }
    }

    static boolean areIn(String text) {
        return REFERENCE.matcher(text).find();
    }

    /** The text with the present values of its references. */
    String resolve(String text) throws MissingException {
        Matcher found = REFERENCE.matcher(text);
        StringBuilder resolved = new StringBuilder();
        while (found.find()) found.appendReplacement(resolved, Matcher.quoteReplacement(value(found)));
        return found.appendTail(resolved).toString();
    }

    /** The text of an error, with the references instead of their values. */
    String hide(String error, String text) {
        Matcher found = REFERENCE.matcher(text);
        String hidden = error;
        while (found.find()) {
            try {
                String value = value(found);
                if (!value.isEmpty()) hidden = hidden.replace(value, found.group());
            } catch (MissingException e) {
                // it has no value that could be shown
            }
        }
        return hidden;
    }

    private String value(Matcher found) throws MissingException {
        String name = found.group(2);
        return switch (found.group(1)) {
            case "env" -> ofEnvironment(found.group(), name);
            case "file" -> ofFile(found.group(), name);
            default -> throw new MissingException(found.group(), "must be like ${env:NAME} or ${file:PATH}");
        };
    }

    private String ofEnvironment(String reference, String name) throws MissingException {
        String value = environment.get(name);
        if (value == null) throw new MissingException(reference, "there is no such environment variable");
        return value;
    }

    /** Without the line break at its end, which editors and {@code echo} add. */
    private static String ofFile(String reference, String path) throws MissingException {
        try {
            return Files.readString(Path.of(path), StandardCharsets.UTF_8).replaceFirst("\\R\\z", "");
        } catch (NoSuchFileException | InvalidPathException e) {
            throw new MissingException(reference, "there is no such file");
        } catch (IOException e) { // its message may show a part of the file
            throw new MissingException(
                    reference, "it cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    /** The environment may hold secrets. */
    @Override
    public String toString() {
        return "references";
    }
}
