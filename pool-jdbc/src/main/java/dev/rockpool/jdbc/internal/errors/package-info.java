/**
 * Classifies errors: whether the connection is lost, whether a retry can help, and which words are secret. Internal:
 * may change in any release.
 */
package dev.rockpool.jdbc.internal.errors;
