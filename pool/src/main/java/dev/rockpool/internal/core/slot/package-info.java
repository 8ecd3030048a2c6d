/** The slots of a pool: their state words, phases and leases. */
package dev.rockpool.internal.core.slot;
