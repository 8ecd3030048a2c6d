package dev.rockpool.examples.bench;

import java.util.Map;

/**
 * A pool that is measured in a case.
 *
 * @param key its name in results; different from the peer's if a case measures a peer in several ways
 * @param peer its name in options
 * @param title its title for readers, with its version
 * @param settings its settings, by its own names
 */
public record Candidate(String key, String peer, String title, Map<String, String> settings) {}
