package dev.rockpool.jdbc;

/** Is told of slow statements. */
@FunctionalInterface
public interface SlowStatementListener {
    /** Called after the statement, on its caller's thread; should be quick. */
    void slow(SlowStatement statement);
}
