package dev.rockpool.jdbc.internal.sqlite;

/** The possible effect of a SQLite statement, according to its text. */
enum StatementKind {
    /** It only reads. */
    READ,

    /** It only reads, but SQLite counts it as a write: while its rows are open, no other statement is committed. */
    READ_HOLDING,

    /** It may write. */
    WRITE,

    /** It may write, and begin or end a transaction, so SQLite must be asked afterwards whether one is open. */
    CONTROL
}
