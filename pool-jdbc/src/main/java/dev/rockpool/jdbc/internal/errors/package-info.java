/** What an error says: whether the connection is lost, whether another try may help, and which words hold a secret. Internal: may change in any release. */
package dev.rockpool.jdbc.internal.errors;
