/** A service whose pools are configured by a file. */
package dev.rockpool.examples.files;
