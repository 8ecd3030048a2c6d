package dev.rockpool.jdbc.spring;

import dev.rockpool.AcquireTimeoutException;
import dev.rockpool.ConnectFailedException;
import dev.rockpool.PoolException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Explains why a pool could not connect when it was created. JDBC callers never see these exceptions. */
final class StartupFailureAnalyzer extends AbstractFailureAnalyzer<PoolException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, PoolException cause) {
        boolean starting = cause instanceof ConnectFailedException || cause instanceof AcquireTimeoutException;
        if (!starting) return null;
        return new FailureAnalysis(
                "The pool '%s' could not connect when it was created:%n    %s"
                        .formatted(cause.getPoolName(), cause.getMessage()),
                "Correct the cause. To start the application while its database is away, set "
                        + "spring.datasource.rockpool.startup=background, which is the default.",
                cause);
    }
}
