/** The generic pool: the API for callers, and the interfaces that a factory implements. */
package dev.rockpool;
