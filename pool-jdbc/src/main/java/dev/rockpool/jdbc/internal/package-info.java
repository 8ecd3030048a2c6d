/** The inside of the JDBC pool, in one package per topic. Internal: may change in any release. */
package dev.rockpool.jdbc.internal;
