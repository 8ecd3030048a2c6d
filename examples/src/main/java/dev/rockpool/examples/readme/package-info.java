/** The code blocks of the README and the documents, compiled. */
package dev.rockpool.examples.readme;
