package dev.rockpool.examples.drill;

/**
 * One thing that must hold after a drill.
 *
 * @param name what must hold
 * @param passed whether it did
 * @param detail the numbers it was judged by
 */
record Check(String name, boolean passed, String detail) {}
