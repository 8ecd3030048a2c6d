package dev.rockpool

/**
 * Who is served first when callers wait. Within one priority the order of arrival holds.
 *
 * A lower one still gets through: of every eight connections that are handed over while callers of several priorities
 * wait, one goes to the next lower priority that has somebody waiting.
 */
public enum class Priority {
    HIGH,
    NORMAL,
    LOW,
}
