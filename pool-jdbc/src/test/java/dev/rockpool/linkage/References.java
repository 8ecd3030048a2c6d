package dev.rockpool.linkage;

import java.util.LinkedHashSet;
import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ConstantDynamic;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** Everything outside itself that a class refers to: types, methods and fields. */
final class References {
    /** A use of a member. {@code onInterface}: the caller expects its owner to be an interface. */
    record Member(String owner, String name, String descriptor, boolean isStatic, boolean onInterface, boolean field) {
        @Override
        public String toString() {
            return owner.replace('/', '.') + '.' + name + (field ? " : " : "") + descriptor;
        }
    }

    final Set<String> types = new LinkedHashSet<>();
    final Set<Member> members = new LinkedHashSet<>();

    static References of(byte[] classFile) {
        References references = new References();
        new ClassReader(classFile).accept(references.new InClass(), ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        return references;
    }

    private void type(Type type) {
        if (type.getSort() == Type.ARRAY) type(type.getElementType());
        else if (type.getSort() == Type.OBJECT) types.add(type.getInternalName());
        else if (type.getSort() == Type.METHOD) {
            type(type.getReturnType());
            for (Type argument : type.getArgumentTypes()) type(argument);
        }
    }

    private void named(String internalName) {
        type(Type.getObjectType(internalName));
    }

    private void member(String owner, String name, String descriptor, boolean isStatic, boolean itf, boolean field) {
        named(owner);
        type(Type.getType(descriptor));
        if (!owner.startsWith("[")) members.add(new Member(owner, name, descriptor, isStatic, itf, field));
    }

    private void handle(Handle handle) {
        boolean field = handle.getTag() <= Opcodes.H_PUTSTATIC;
        boolean isStatic = handle.getTag() == Opcodes.H_INVOKESTATIC
                || handle.getTag() == Opcodes.H_GETSTATIC
                || handle.getTag() == Opcodes.H_PUTSTATIC;
        member(handle.getOwner(), handle.getName(), handle.getDesc(), isStatic, handle.isInterface(), field);
    }

    private void constant(Object constant) {
        if (constant instanceof Type type) type(type);
        else if (constant instanceof Handle handle) handle(handle);
        else if (constant instanceof ConstantDynamic dynamic) {
            handle(dynamic.getBootstrapMethod());
            for (int i = 0; i < dynamic.getBootstrapMethodArgumentCount(); i++)
                constant(dynamic.getBootstrapMethodArgument(i));
        }
    }

    private final class InClass extends ClassVisitor {
        InClass() {
            super(Opcodes.ASM9);
        }

        @Override
        public void visit(
                int version, int access, String name, String signature, String superName, String[] interfaces) {
            named(superName);
            for (String each : interfaces) named(each);
        }

        @Override
        public FieldVisitor visitField(int access, String name, String descriptor, String signature, Object value) {
            type(Type.getType(descriptor));
            return null;
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] exceptions) {
            type(Type.getType(descriptor));
            if (exceptions != null) for (String each : exceptions) named(each);
            return new InMethod();
        }
    }

    private final class InMethod extends MethodVisitor {
        InMethod() {
            super(Opcodes.ASM9);
        }

        @Override
        public void visitTypeInsn(int opcode, String type) {
            named(type);
        }

        @Override
        public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
            boolean isStatic = opcode == Opcodes.GETSTATIC || opcode == Opcodes.PUTSTATIC;
            member(owner, name, descriptor, isStatic, false, true);
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean onInterface) {
            member(owner, name, descriptor, opcode == Opcodes.INVOKESTATIC, onInterface, false);
        }

        @Override
        public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
            type(Type.getType(descriptor));
            handle(bootstrap);
            for (Object argument : arguments) constant(argument);
        }

        @Override
        public void visitLdcInsn(Object value) {
            constant(value);
        }

        @Override
        public void visitMultiANewArrayInsn(String descriptor, int dimensions) {
            type(Type.getType(descriptor));
        }

        @Override
        public void visitTryCatchBlock(Label start, Label end, Label handler, String type) {
            if (type != null) named(type);
        }
    }
}
