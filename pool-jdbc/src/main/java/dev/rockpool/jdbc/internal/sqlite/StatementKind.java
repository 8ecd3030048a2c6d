package dev.rockpool.jdbc.internal.sqlite;

/** What running a statement of SQLite may do, as far as its text tells. */
enum StatementKind {
    /** It only reads. */
    READ,

    /** It only reads, but SQLite counts it among the writes: while its rows are open, no other statement is committed. */
    READ_HOLDING,

    /** It may write. */
    WRITE,

    /** It may write, and begin or end a transaction: afterwards SQLite has to be asked whether one is open. */
    CONTROL
}
