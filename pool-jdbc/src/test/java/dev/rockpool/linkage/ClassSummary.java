package dev.rockpool.linkage;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** What other classes can refer to in a class: its supertypes and its members, with access flags. */
final class ClassSummary {
    final String name;
    final int access;
    final String superName;
    final List<String> interfaces;
    final Map<String, Integer> methods = new HashMap<>();
    final Map<String, Integer> fields = new HashMap<>();

    private ClassSummary(String name, int access, String superName, List<String> interfaces) {
        this.name = name;
        this.access = access;
        this.superName = superName;
        this.interfaces = interfaces;
    }

    static ClassSummary of(byte[] bytes) {
        Reader reader = new Reader();
        new ClassReader(bytes).accept(reader, ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        return reader.summary;
    }

    boolean is(int flag) {
        return (access & flag) != 0;
    }

    String packageName() {
        return name.substring(0, name.lastIndexOf('/') + 1);
    }

    private static final class Reader extends ClassVisitor {
        private ClassSummary summary;

        Reader() {
            super(Opcodes.ASM9);
        }

        @Override
        public void visit(
                int version, int access, String name, String signature, String superName, String[] interfaces) {
            summary = new ClassSummary(name, access, superName, List.of(interfaces));
        }

        @Override
        public FieldVisitor visitField(int access, String name, String descriptor, String signature, Object value) {
            summary.fields.put(name + ':' + descriptor, access);
            return null;
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] exceptions) {
            summary.methods.put(name + descriptor, access);
            return null;
        }
    }
}
