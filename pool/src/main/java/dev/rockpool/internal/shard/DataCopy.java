package dev.rockpool.internal.shard;

import dev.rockpool.ReshardPlan;

/** Copies the data of a plan, on a thread. */
@FunctionalInterface
public interface DataCopy<X extends Exception> {
    void run(ReshardPlan plan) throws X;
}
