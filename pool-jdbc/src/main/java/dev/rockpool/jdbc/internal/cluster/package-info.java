/** A primary and its standbys: which member is what, and which one serves a caller. */
package dev.rockpool.jdbc.internal.cluster;
