package shop.logging;

import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * A binding of SLF4J that throws. The system property {@code failing.call} names the first call that throws
 * ({@code initialize}, {@code getLogger}, {@code isEnabled} or {@code log}), {@code failing.error} the class of what it throws.
 */
public final class FailingProvider implements SLF4JServiceProvider {
    private final ILoggerFactory loggers = name -> {
        Failure.at("getLogger");
        return new FailingLogger(name);
    };

    @Override
    public void initialize() {
        Failure.at("initialize");
    }

    @Override
    public ILoggerFactory getLoggerFactory() {
        return loggers;
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return new BasicMarkerFactory();
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return new NOPMDCAdapter();
    }

    @Override
    public String getRequestedApiVersion() {
        return "2.0.99";
    }
}
