package dev.rockpool.examples.bench;

/** A case with its own program, which a new JVM runs. */
public abstract class ProcessCase extends BenchCase {
    protected ProcessCase(About about) {
        super(about);
    }

    /** Measures the case. Called in the new JVM. */
    public abstract Samples measure(ForkInput input, ServerLink server) throws Exception;

    @Override
    final ForkOutput fork(ForkInput input, Runnable server) throws ForkFailure, InterruptedException {
        return new ChildJvm(input, limitSeconds(input.effort()), server).run();
    }
}
