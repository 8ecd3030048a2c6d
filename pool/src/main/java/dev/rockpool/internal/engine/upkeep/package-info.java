/** The keeper, and all it does with connections: opens, probes, restores, closes. Internal: may change in any release. */
package dev.rockpool.internal.engine.upkeep;
