/** Reads settings that were written for HikariCP. Internal: may change in any release. */
package dev.rockpool.jdbc.internal.config.hikari;
