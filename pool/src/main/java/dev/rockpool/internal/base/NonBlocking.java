package dev.rockpool.internal.base;

/** A factory whose calls never block the calling thread: blocking calls run on threads of its own. */
public interface NonBlocking {}
