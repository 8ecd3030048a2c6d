/** Watches pools: figures over time, events, and the state that the page shows. */
package dev.rockpool.dashboard.internal.pools;
