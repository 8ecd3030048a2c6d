package dev.rockpool.examples.drill;

/**
 * One check after a drill.
 *
 * @param name what must hold
 * @param passed whether it holds
 * @param detail the numbers behind the result
 */
record Check(String name, boolean passed, String detail) {}
