package dev.rockpool.internal.core.lending;

/** Is told of the leases that are measured, while it is set ({@link LeaseRecorder#samples}). Must return at once. */
public interface LeaseSampleListener {
    /**
     * A measured lease ends. Called by its holder.
     *
     * @param holder the holder as the slot knows it
     * @param used how long it lasted, in nanoseconds
     */
    void ended(long connection, Object holder, long used);
}
