/** Times of leases and waits, as histograms, without a clock on the hot path. */
package dev.rockpool.internal.core.stats;
