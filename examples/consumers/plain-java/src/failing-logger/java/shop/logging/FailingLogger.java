package shop.logging;

import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.AbstractLogger;

/** Every level is on, and every call throws. */
final class FailingLogger extends AbstractLogger {
    private static final long serialVersionUID = 1;

    FailingLogger(String name) {
        this.name = name;
    }

    private static boolean isEnabled() {
        Failure.at("isEnabled");
        return true;
    }

    @Override
    public boolean isTraceEnabled() {
        return isEnabled();
    }

    @Override
    public boolean isTraceEnabled(Marker marker) {
        return isEnabled();
    }

    @Override
    public boolean isDebugEnabled() {
        return isEnabled();
    }

    @Override
    public boolean isDebugEnabled(Marker marker) {
        return isEnabled();
    }

    @Override
    public boolean isInfoEnabled() {
        return isEnabled();
    }

    @Override
    public boolean isInfoEnabled(Marker marker) {
        return isEnabled();
    }

    @Override
    public boolean isWarnEnabled() {
        return isEnabled();
    }

    @Override
    public boolean isWarnEnabled(Marker marker) {
        return isEnabled();
    }

    @Override
    public boolean isErrorEnabled() {
        return isEnabled();
    }

    @Override
    public boolean isErrorEnabled(Marker marker) {
        return isEnabled();
    }

    @Override
    protected String getFullyQualifiedCallerName() {
        return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level, Marker marker, String message, Object[] arguments, Throwable cause) {
        Failure.at("log");
        throw new AssertionError("failing.call is no call of a logger: " + System.getProperty("failing.call"));
    }
}
