/** Histograms of lease and wait times, without a clock on the hot path. */
package dev.rockpool.internal.core.stats;
