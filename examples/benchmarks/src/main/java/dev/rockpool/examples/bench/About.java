package dev.rockpool.examples.bench;

/**
 * The description of a case.
 *
 * @param key its name in options and results
 * @param title its title for readers
 * @param setting what is done, with the numbers that matter
 * @param caveat where its figures do not apply
 */
public record About(String key, String title, String setting, String caveat) {}
