/** Brings a coroutine's block to its connection, and its result back. Internal: may change in any release. */
package dev.rockpool.jdbc.internal.dispatch;
