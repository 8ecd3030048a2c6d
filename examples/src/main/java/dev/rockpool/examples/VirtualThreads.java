package dev.rockpool.examples;

import java.util.Optional;
import java.util.concurrent.ThreadFactory;

/** Creates virtual threads by reflection, because the code is compiled for JDK 17, which has none. */
public final class VirtualThreads {
    public static final int FIRST_JDK = 21;

    private VirtualThreads() {}

    /** Why there are none; null if there are. */
    public static String obstacle() {
        int feature = Runtime.version().feature();
        return feature >= FIRST_JDK
                ? null
                : "this is JDK %d, but virtual threads need JDK %d".formatted(feature, FIRST_JDK);
    }

    /** A factory of virtual threads; empty on a JDK without them. */
    public static Optional<ThreadFactory> factory() {
        if (obstacle() != null) return Optional.empty();
        try {
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            Class<?> type = Class.forName("java.lang.Thread$Builder");
            builder = type.getMethod("name", String.class, long.class).invoke(builder, "caller-", 0L);
            return Optional.of((ThreadFactory) type.getMethod("factory").invoke(builder));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("JDK " + Runtime.version() + " should have virtual threads", e);
        }
    }
}
