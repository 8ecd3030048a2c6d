package dev.rockpool.examples.bench;

/**
 * What a case is, in words.
 *
 * @param key names it in options and results
 * @param title names it for people
 * @param setting what is done, with the numbers that matter
 * @param caveat where its figures do not hold
 */
public record About(String key, String title, String setting, String caveat) {}
