/** The keeper and its work on connections: opens, probes, restores, closes. Internal: may change in any release. */
package dev.rockpool.internal.engine.upkeep;
