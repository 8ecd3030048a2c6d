/** The table of metrics, and how it is written to the Prometheus client. */
package dev.rockpool.jdbc.internal.metrics;
