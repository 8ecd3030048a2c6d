package dev.rockpool.dashboard.internal.operate;

/** Runs something under the name of an operator: the pool's events name the thread that did it. */
final class Signed {
    private Signed() {}

    static void run(String name, Runnable operation) {
        Thread thread = Thread.currentThread();
        String before = thread.getName();
        thread.setName(name);
        try {
            operation.run();
        } finally {
            thread.setName(before);
        }
    }
}
