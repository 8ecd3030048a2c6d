/** The program {@code chaos}: injects faults into a PostgreSQL under load. */
package dev.rockpool.examples.chaos;
