package dev.rockpool.jdbc;

import dev.rockpool.InvalidConfigException;
import java.nio.file.Path;
import java.util.List;

/**
 * A configuration file that cannot be used. Each of its {@link #getProblems} begins with file, line and column, and
 * tells the key, its value, and what is allowed. No secret is shown.
 */
public final class InvalidPoolsFileException extends InvalidConfigException {
    private static final long serialVersionUID = 1;

    /**
     * @param file the file
     * @param problems all problems, one sentence each
     */
    public InvalidPoolsFileException(Path file, List<String> problems) {
        super(
                file.toString(),
                problems,
                "the pools of " + file + " are misconfigured:\n  " + String.join("\n  ", problems));
    }
}
