/** Opens connections of a driver, and waits for pooled ones. Internal: may change in any release. */
package dev.rockpool.jdbc.internal.connect;
