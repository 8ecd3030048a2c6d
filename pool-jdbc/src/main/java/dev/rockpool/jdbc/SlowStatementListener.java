package dev.rockpool.jdbc;

/** Receives slow statements. */
@FunctionalInterface
public interface SlowStatementListener {
    /** Called after the statement on its caller's thread, so it should be quick. */
    void slow(SlowStatement statement);
}
