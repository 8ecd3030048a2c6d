package shop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** The members of Rockpool that compiled classes use, by the names of {@link Api}. */
final class Uses {
    private final Set<String> names = new TreeSet<>();

    private Uses() {}

    /** The members used by all classes below a directory. */
    static Set<String> in(String directory) throws IOException {
        var uses = new Uses();
        try (Stream<Path> files = Files.walk(Path.of(directory))) {
            files.filter(file -> file.toString().endsWith(".class")).forEach(uses::read);
        }
        return uses.names;
    }

    private void read(Path file) {
        try {
            new ClassReader(Files.readAllBytes(file)).accept(new InClass(), ClassReader.SKIP_FRAMES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A method counts for its declaring class and for the classes that it is inherited or implemented from. */
    private void method(String owner, String name, String descriptor) {
        if (name.equals("<init>")) {
            names.add(owner + ".<init>" + descriptor);
            return;
        }
        for (Class<?> type : supertypesOf(owner))
            if (declares(type, name, descriptor)) names.add(nameOf(type) + "." + name + descriptor);
    }

    /** A lambda implements the only abstract method of its interface. */
    private void lambda(String name, Type functional, Handle implementation) {
        if (functional.getSort() == Type.OBJECT)
            for (Class<?> type : supertypesOf(functional.getInternalName()))
                for (Method method : type.getDeclaredMethods())
                    if (method.getName().equals(name)) names.add(nameOf(type) + "." + name + descriptorOf(method));
        method(implementation.getOwner(), implementation.getName(), implementation.getDesc());
    }

    private static boolean declares(Class<?> type, String name, String descriptor) {
        for (Method method : type.getDeclaredMethods())
            if (method.getName().equals(name)
                    && descriptorOf(method).equals(descriptor)) return true;
        return false;
    }

    private static String descriptorOf(Method method) {
        return MethodType.methodType(method.getReturnType(), method.getParameterTypes())
                .toMethodDescriptorString();
    }

    private static String nameOf(Class<?> type) {
        return type.getName().replace('.', '/');
    }

    private static Set<Class<?>> supertypesOf(String owner) {
        var found = new HashSet<Class<?>>();
        if (owner.startsWith("[")) return found;
        var open = new ArrayDeque<Class<?>>(List.of(load(owner)));
        while (!open.isEmpty()) {
            Class<?> type = open.pop();
            if (!found.add(type)) continue;
            if (type.getSuperclass() != null) open.add(type.getSuperclass());
            open.addAll(List.of(type.getInterfaces()));
        }
        return found;
    }

    private static Class<?> load(String owner) {
        try {
            return Class.forName(owner.replace('/', '.'), false, Uses.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private final class InClass extends ClassVisitor {
        private String owner;

        InClass() {
            super(Opcodes.ASM9);
        }

        @Override
        public void visit(int version, int access, String name, String signature, String superName, String[] interfaces) {
            owner = name;
        }

        @Override
        public FieldVisitor visitField(int access, String name, String descriptor, String signature, Object value) {
            return null;
        }

        @Override
        public MethodVisitor visitMethod(int access, String name, String descriptor, String signature, String[] thrown) {
            method(owner, name, descriptor);
            return new InMethod();
        }
    }

    private final class InMethod extends MethodVisitor {
        InMethod() {
            super(Opcodes.ASM9);
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
            method(owner, name, descriptor);
        }

        @Override
        public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
            for (Class<?> type : supertypesOf(owner)) names.add(nameOf(type) + "." + name);
        }

        @Override
        public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
            if (arguments.length > 1 && arguments[1] instanceof Handle implementation)
                lambda(name, Type.getReturnType(descriptor), implementation);
        }
    }
}
