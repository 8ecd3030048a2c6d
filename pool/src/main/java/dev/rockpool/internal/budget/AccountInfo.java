package dev.rockpool.internal.budget;

/** The permits of one pool: its guarantee, those in use, and how many more its callers need. */
public record AccountInfo(String name, int guaranteed, int held, int wanted) {}
