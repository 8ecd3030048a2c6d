/** Cancels the running call of a caller that has given up. Internal: may change in any release. */
package dev.rockpool.jdbc.internal.cancel;
