/** Transactions, their savepoints, hooks and retries, for coroutines and threads. Internal: may change in any release. */
package dev.rockpool.jdbc.internal.transaction;
