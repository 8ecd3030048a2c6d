/** Wires a running pool, and shows it to the features above: acquire, await, release, discard, abort. Internal. */
package dev.rockpool.internal.engine;
