/** The pooled connection, the wrappers around the driver's objects, and the state of its session. Internal: may change in any release. */
package dev.rockpool.jdbc.internal.connection;
