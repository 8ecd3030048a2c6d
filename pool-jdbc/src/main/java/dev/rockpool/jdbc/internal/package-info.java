/**
 * What stands between a caller and the driver: the pooled connection, the wrappers, and how connections are opened. Internal:
 * may change in any release.
 */
package dev.rockpool.jdbc.internal;
