/** The program that measures pools beside each other, each in JVMs of its own. */
package dev.rockpool.examples.bench;
