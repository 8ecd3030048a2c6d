package dev.rockpool.jdbc.spring;

import dev.rockpool.InvalidConfigException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows all problems with the settings of a pool, instead of a stack trace. */
final class InvalidConfigFailureAnalyzer extends AbstractFailureAnalyzer<InvalidConfigException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidConfigException cause) {
        String problems = String.join(System.lineSeparator() + "    - ", cause.getProblems());
        return new FailureAnalysis(
                "The pool '%s' is misconfigured:%n    - %s".formatted(cause.getPoolName(), problems),
                "Correct the settings under spring.datasource and spring.datasource.rockpool.",
                cause);
    }
}
