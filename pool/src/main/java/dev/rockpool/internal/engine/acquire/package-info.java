/** Callers that wait: coroutines, threads, futures, and the errors they get. Internal: may change in any release. */
package dev.rockpool.internal.engine.acquire;
