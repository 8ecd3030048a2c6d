/** The program {@code chaos}: damages a PostgreSQL under load. */
package dev.rockpool.examples.chaos;
