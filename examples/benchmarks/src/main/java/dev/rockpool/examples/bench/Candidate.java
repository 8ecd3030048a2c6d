package dev.rockpool.examples.bench;

import java.util.Map;

/**
 * One that is measured in a case.
 *
 * @param key names it in results; different from the peer's where a case measures a peer in several ways
 * @param peer names it in options
 * @param title names it for people, with its version
 * @param settings what is set of it, by its own names
 */
public record Candidate(String key, String peer, String title, Map<String, String> settings) {}
