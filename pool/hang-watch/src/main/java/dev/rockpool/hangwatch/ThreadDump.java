package dev.rockpool.hangwatch;

import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What each thread does, with whole stacks; {@link ThreadInfo#toString()} ends after eight lines. */
final class ThreadDump {
    private ThreadDump() {}

    static String ofThisJvm() {
        return Arrays.stream(ManagementFactory.getThreadMXBean().dumpAllThreads(false, false))
                .map(ThreadDump::describe)
                .collect(Collectors.joining("\n"));
    }

    private static String describe(ThreadInfo thread) {
        StringBuilder text = new StringBuilder();
        text.append('"').append(thread.getThreadName()).append("\" ").append(thread.getThreadState());
        LockInfo lock = thread.getLockInfo();
        if (lock != null) text.append(" on ").append(lock);
        if (thread.getLockOwnerName() != null) {
            text.append(", held by \"").append(thread.getLockOwnerName()).append('"');
        }
        for (StackTraceElement call : thread.getStackTrace())
            text.append("\n    at ").append(call);
        return text.append('\n').toString();
    }
}
