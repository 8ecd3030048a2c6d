/** Answers requests, and serves them by the HTTP server of the JDK. */
package dev.rockpool.dashboard.internal.web;
