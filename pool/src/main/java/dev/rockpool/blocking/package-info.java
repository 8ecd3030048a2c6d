/** The pool for threads: what Java code uses, and Kotlin code that blocks. */
package dev.rockpool.blocking;
