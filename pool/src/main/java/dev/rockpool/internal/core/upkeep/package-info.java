/** Decides what the keeper does next: open, probe, retire, and report leaks. Does nothing itself. */
package dev.rockpool.internal.core.upkeep;
