/** Writes a pool's events to the JDK's flight recorder. Loaded only where that was asked for. */
package dev.rockpool.jdbc.internal.flight;
