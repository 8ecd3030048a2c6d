/**
 * The pure core: slots, waiters and maintenance. It never suspends, logs, reads a clock, does I/O or calls user code.
 * Internal: may change in any release.
 */
package dev.rockpool.internal.core;
