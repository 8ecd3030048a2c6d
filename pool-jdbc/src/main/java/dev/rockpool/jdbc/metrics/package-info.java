/** Exports the numbers of a pool: to Micrometer and Prometheus, OpenTelemetry and JMX. Each needs its library only if it is used. */
package dev.rockpool.jdbc.metrics;
