/** Connections that several pools share: who may open one, and who gives one up. */
package dev.rockpool.internal.budget;
