/**
 * Dispatches a coroutine's block to its connection, and resumes the caller with its result. Internal: may change in any
 * release.
 */
package dev.rockpool.jdbc.internal.dispatch;
