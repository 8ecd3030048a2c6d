/** Pools of other connections than JDBC's: TLS sessions over TCP, and Redis sessions. */
package dev.rockpool.examples.samples;
