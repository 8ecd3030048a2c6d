import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.tools.ToolProvider;

/**
 * Writes one abstract class for each JDBC interface of the benchmarks' driver. Every method does nothing and returns
 * zero, false or null. Methods that must work are overridden by hand.
 *
 * <p>These are real classes rather than a {@code java.lang.reflect.Proxy}. A proxy costs tens of nanoseconds per call,
 * which would penalize pools that call the driver in each cycle.
 *
 * <p>It reads the interfaces of the JDK 17 API ({@code --release 17}), so the result is the same on every JDK that runs
 * the build.
 */
public final class DriverGenerator extends AbstractProcessor {
    private static final String PACKAGE = "dev.rockpool.examples.bench.driver";
    private static final List<String> INTERFACES = List.of(
            "java.sql.Connection",
            "java.sql.Statement",
            "java.sql.PreparedStatement",
            "java.sql.ResultSet",
            "java.sql.DatabaseMetaData");

    private final Path folder;

    private DriverGenerator(Path folder) {
        this.folder = folder;
    }

    public static void main(String[] args) {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var options = List.of("--release", "17", "-proc:only");
        var task = compiler.getTask(null, null, null, options, INTERFACES, null);
        task.setProcessors(List.of(new DriverGenerator(Path.of(args[0]))));
        if (!task.call()) System.exit(1);
    }

    @Override
    public Set<String> getSupportedAnnotationTypes() {
        return Set.of("*");
    }

    @Override
    public SourceVersion getSupportedSourceVersion() {
        return SourceVersion.latest();
    }

    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
        if (round.processingOver()) return false;
        for (String name : INTERFACES) {
            write(processingEnv.getElementUtils().getTypeElement(name));
        }
        return false;
    }

    private void write(TypeElement api) {
        String name = api.getSimpleName() + "Defaults";
        var out = new StringBuilder();
        out.append("package ").append(PACKAGE).append(";\n\n");
        out.append("/** Does nothing, and returns zero, false or null. Generated. */\n");
        out.append("@SuppressWarnings(\"deprecation\") // it implements what the API deprecates, too\n");
        out.append("abstract class ").append(name).append(" implements ");
        out.append(api.getQualifiedName()).append(" {\n");
        for (ExecutableElement method : abstractMethodsOf(api)) method(method, out);
        out.append("}\n");
        save(name, out);
    }

    /** Includes inherited methods, once each, in an order that does not depend on the JDK. */
    private Iterable<ExecutableElement> abstractMethodsOf(TypeElement api) {
        Map<String, ExecutableElement> found = new TreeMap<>();
        for (ExecutableElement method :
                ElementFilter.methodsIn(processingEnv.getElementUtils().getAllMembers(api))) {
            if (method.getModifiers().contains(Modifier.ABSTRACT)) found.put(method.toString(), method);
        }
        return found.values();
    }

    private static void method(ExecutableElement method, StringBuilder out) {
        List<String> parameters = new ArrayList<>();
        for (VariableElement parameter : method.getParameters()) {
            parameters.add(parameter.asType() + " " + parameter.getSimpleName());
        }
        out.append("\n    @Override\n    public ");
        if (!method.getTypeParameters().isEmpty()) {
            out.append("<").append(method.getTypeParameters().get(0)).append("> ");
        }
        out.append(method.getReturnType()).append(" ").append(method.getSimpleName());
        out.append("(").append(String.join(", ", parameters)).append(") {");
        out.append(body(method.getReturnType())).append("}\n");
    }

    private static String body(TypeMirror result) {
        return switch (result.getKind()) {
            case VOID -> "";
            case BOOLEAN -> "\n        return false;\n    ";
            default -> "\n        return " + (result.getKind().isPrimitive() ? "0" : "null") + ";\n    ";
        };
    }

    private void save(String name, CharSequence source) {
        Path file = folder.resolve(PACKAGE.replace('.', '/')).resolve(name + ".java");
        try {
            Files.createDirectories(file.getParent());
            if (Files.exists(file) && Files.readString(file).contentEquals(source)) return;
            Files.writeString(file, source);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
