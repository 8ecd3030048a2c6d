package dev.rockpool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rockpool.internal.core.lending.PoolState;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.core.slot.SlotWord;
import dev.rockpool.internal.core.slot.Slots;
import dev.rockpool.internal.engine.Engine;
import dev.rockpool.internal.engine.runtime.SlotPool;
import dev.rockpool.jdbc.internal.connection.PhysicalConnection;
import dev.rockpool.jdbc.internal.connection.PooledConnection;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * The JIT compiler inlines by the size of the bytecode: always up to 35 bytes, and hot methods up to 325. A borrow and
 * return is fast because all of it is inlined. A benchmark would show a loss only through its noise.
 */
class HotMethodsTest {
    private static final int ALWAYS_INLINED = 35;
    private static final int INLINED_IF_HOT = 325;

    /** Half of what the compiler accepts: a caller that inlines several of these must not get too large itself. */
    private static final int HOT = INLINED_IF_HOT / 2;

    private static final String CALLS = PhysicalConnection.class.getSuperclass().getName();

    @Test
    void theSmallStepsOfABorrowAndReturnAreAlwaysInlined() throws IOException {
        assertAtMost(ALWAYS_INLINED, SlotWord.class, "word", "cas");
        assertAtMost(ALWAYS_INLINED, SlotWord.class.getName().replace("SlotWord", "SlotLease"), "grant", "granted");
        assertAtMost(ALWAYS_INLINED, Slot.class, "release", "index", "connection");
        assertAtMost(ALWAYS_INLINED, PoolState.class.getName().replace("PoolState", "Gate"), "gate");
        assertAtMost(ALWAYS_INLINED, PoolState.class, "tryLend", "begun", "isRecorded", "release");
        assertAtMost(ALWAYS_INLINED, Engine.class, "tryAcquire", "release");
        assertAtMost(ALWAYS_INLINED, SlotPool.class, "release");
        assertAtMost(ALWAYS_INLINED, RockpoolDataSource.class, "getConnection()");
        assertAtMost(ALWAYS_INLINED, PhysicalConnection.class, "isClean", "ran");
        assertAtMost(ALWAYS_INLINED, CALLS, "ended");
    }

    @Test
    void theOtherStepsAreInlinedWhenTheyAreHot() throws IOException {
        assertAtMost(HOT, Slot.class, "lend");
        assertAtMost(HOT, Slots.class, "lendAny", "beforeRelease");
        assertAtMost(HOT, RockpoolDataSource.class, "acquire");
        assertAtMost(HOT, PooledConnection.class, "begin", "close");
        assertAtMost(HOT, PooledConnection.class.getName().replace("Pooled", "Preparing"), "prepareStatement");
        assertAtMost(HOT, CALLS, "began", "begin");
        assertAtMost(HOT, PooledConnection.class.getName().replace("Connection", "Statement"), "began", "ended");
    }

    private static void assertAtMost(int limit, Class<?> type, String... methods) throws IOException {
        assertAtMost(limit, type.getName(), methods);
    }

    private static void assertAtMost(int limit, String type, String... methods) throws IOException {
        Map<String, Integer> sizes = sizesOf(type);
        List<String> wrong = new ArrayList<>();
        for (String method : methods) {
            Integer size = sizes.get(method);
            if (size == null) wrong.add(type + "." + method + " does not exist");
            else if (size > limit) wrong.add(type + "." + method + " has " + size + " bytes, at most " + limit);
        }
        assertEquals(List.of(), wrong);
    }

    /** The bytes of each method; of the largest if several have the same name. One without parameters has an own entry. */
    private static Map<String, Integer> sizesOf(String type) throws IOException {
        Map<String, Integer> sizes = new HashMap<>();
        try (InputStream code = HotMethodsTest.class.getResourceAsStream("/" + type.replace('.', '/') + ".class")) {
            // A writer, because only it assigns offsets to labels.
            ClassVisitor copy = new ClassVisitor(Opcodes.ASM9, new ClassWriter(0)) {
                @Override
                public MethodVisitor visitMethod(
                        int access, String name, String descriptor, String signature, String[] exceptions) {
                    MethodVisitor writer = super.visitMethod(access, name, descriptor, signature, exceptions);
                    return new MethodVisitor(Opcodes.ASM9, writer) {
                        @Override
                        public void visitMaxs(int stack, int locals) {
                            Label end = new Label();
                            visitLabel(end);
                            sizes.merge(name, end.getOffset(), Math::max);
                            if (descriptor.startsWith("()")) sizes.put(name + "()", end.getOffset());
                            super.visitMaxs(stack, locals);
                        }
                    };
                }
            };
            new ClassReader(code).accept(copy, 0);
        }
        return sizes;
    }
}
