package dev.rockpool;

/**
 * Decides how large a pool is that sizes itself ({@link AutoSize}). It sees one window after another and answers with
 * the size for the next one. It may try sizes out: {@link #getSize} is the size that it has decided for.
 *
 * <p>Implementations should be pure, so that they can be tested without a pool: no clock, no threads. Each pool has its
 * own, and calls it from one coroutine at a time. If it throws, that is logged, and the pool keeps its size and stops
 * sizing itself.
 */
public interface SizingStrategy {
    /**
     * The size for the next window, from {@link SizeWindow#getMin} to {@link SizeWindow#getMax}. A size
     * outside these limits is replaced by the nearest limit.
     *
     * @param last the window that has just ended; if its size is not the one that was asked for, it was
     *     changed by hand
     */
    int next(SizeWindow last);

    /** The size that it has decided for so far. A change of it is logged and sent as {@link PoolEvent.Resized}. */
    int getSize();

    /** Why it last changed {@link #getSize}, as a sentence without a full stop. */
    String getReason();
}
