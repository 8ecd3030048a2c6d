/** The pool for threads and futures: for Java, and for Kotlin code that blocks. */
package dev.rockpool.blocking;
