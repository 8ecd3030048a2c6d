package dev.rockpool.internal.base;

/** A factory whose calls never block the thread that makes them: calls that block run on threads of its own. */
public interface NonBlocking {}
