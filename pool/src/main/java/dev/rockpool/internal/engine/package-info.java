/** Wires a running pool, and offers it to the features above: acquire, await, release, discard, abort. Internal. */
package dev.rockpool.internal.engine;
