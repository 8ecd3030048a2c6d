/** Those who wait for a slot: their order, and when some of them are shed. */
package dev.rockpool.internal.core.queue;
