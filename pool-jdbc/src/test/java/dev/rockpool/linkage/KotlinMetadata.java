package dev.rockpool.linkage;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.objectweb.asm.AnnotationVisitor;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Opcodes;

/** Which Kotlin compiler can read a file: at least its own version or the next one. */
final class KotlinMetadata {
    private KotlinMetadata() {}

    /** Major and minor version of a class file's metadata; null if it has none. */
    static int[] ofClass(byte[] classFile) {
        int[][] found = new int[1][];
        new ClassReader(classFile)
                .accept(
                        new ClassVisitor(Opcodes.ASM9) {
                            @Override
                            public AnnotationVisitor visitAnnotation(String descriptor, boolean visible) {
                                if (!descriptor.equals("Lkotlin/Metadata;")) return null;
                                return new AnnotationVisitor(Opcodes.ASM9) {
                                    @Override
                                    public void visit(String name, Object value) {
                                        if (name.equals("mv")) found[0] = (int[]) value;
                                    }
                                };
                            }
                        },
                        ClassReader.SKIP_CODE);
        return found[0];
    }

    /** The version of a {@code .kotlin_module} file: a count, followed by that many numbers. */
    static int[] ofModule(byte[] file) {
        try (var in = new DataInputStream(new ByteArrayInputStream(file))) {
            int[] version = new int[in.readInt()];
            for (int i = 0; i < version.length; i++) version[i] = in.readInt();
            return version;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
