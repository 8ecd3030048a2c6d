/** Sends the calls of one statement together while they wait for a connection. Internal: may change in any release. */
package dev.rockpool.jdbc.internal.batch;
