/** Settings of a JDBC pool: rules, JSON, and builders. Internal: may change in any release. */
package dev.rockpool.jdbc.internal.config;
