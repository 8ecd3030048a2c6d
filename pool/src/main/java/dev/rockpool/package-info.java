/** The generic pool: what callers see of it, and what a factory implements. */
package dev.rockpool;
