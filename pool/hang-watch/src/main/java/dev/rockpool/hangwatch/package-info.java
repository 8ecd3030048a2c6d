/** Names a test that hangs, and ends its JVM. */
package dev.rockpool.hangwatch;
