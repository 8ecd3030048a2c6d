/**
 * The pure core: slots, waiters and upkeep. Nothing here suspends, logs, reads a clock of its own, does I/O or calls user code.
 * Internal: may change in any release.
 */
package dev.rockpool.internal.core;
