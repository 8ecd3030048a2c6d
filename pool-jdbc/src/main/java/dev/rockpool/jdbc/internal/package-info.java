/**
 * The pooled connection, the wrappers around the driver's objects, and how connections are opened. Internal: may change in any
 * release.
 */
package dev.rockpool.jdbc.internal;
