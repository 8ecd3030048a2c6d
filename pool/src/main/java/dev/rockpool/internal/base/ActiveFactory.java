package dev.rockpool.internal.base;

/**
 * A factory that can say what runs on a leased connection, for a diagnosis.
 *
 * @param <C> what is pooled
 */
public interface ActiveFactory<C> {
    /**
     * What runs on this connection now. Called from any thread while its holder uses it, so it must not wait. The lease
     * may end meanwhile.
     */
    Activity activity(C connection);

    /**
     * What runs on a connection.
     *
     * @param statement the text of the running statement; null if none runs, or it is not known
     * @param thread the thread that is in a call; null if it is not known
     * @param running whether a call runs, also if {@code callUnderWay} does not show it, because nobody could judge it
     */
    record Activity(String statement, Thread thread, boolean running) {
        public Activity(String statement, Thread thread) {
            this(statement, thread, false);
        }
    }
}
