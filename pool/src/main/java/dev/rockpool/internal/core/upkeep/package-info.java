/** What the keeper does next: open, probe, retire, back off, and report leaks. Decides, and does nothing. */
package dev.rockpool.internal.core.upkeep;
