/** The permits of several processes, with a PostgreSQL as their coordinator. */
package dev.rockpool.jdbc.internal.budget;
