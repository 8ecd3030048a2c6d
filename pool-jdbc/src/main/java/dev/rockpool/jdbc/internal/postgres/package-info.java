/** What only PostgreSQL and its driver can tell: sessions of the server, and traffic on a socket. Internal: may change in any release. */
package dev.rockpool.jdbc.internal.postgres;
