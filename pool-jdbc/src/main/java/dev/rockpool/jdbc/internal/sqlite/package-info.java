/** SQLite: one writer at a time, and what its driver does differently. Internal: may change in any release. */
package dev.rockpool.jdbc.internal.sqlite;
