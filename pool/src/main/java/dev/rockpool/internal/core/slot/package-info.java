/** One place for a connection: its phase, its lease and its word, and all places of a pool. */
package dev.rockpool.internal.core.slot;
