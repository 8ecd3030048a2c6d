import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;
import javax.tools.ToolProvider;

/**
 * Writes one abstract class of forwards for each JDBC interface that the pool wraps.
 *
 * <p>It reads the interfaces as they are in the API of JDK 17 ({@code --release 17}), so the result is the same under every JDK
 * that runs the build. Each forward asks {@code delegate()}, which throws when the handle is closed; says {@code ran()}
 * first if the call may reach the server; passes each SQLException through {@code failed}; and wraps what would otherwise
 * hand out an object of the driver that leads back to its connection.
 *
 * <p>Methods in {@link Kind#own} have behaviour of their own and are left to the hand-written subclasses; javac sees to it that they are there.
 */
public final class WrapperGenerator extends AbstractProcessor {
    static final String PACKAGE = "dev.rockpool.jdbc.internal.connection";

    private final Path folder;

    private WrapperGenerator(Path folder) {
        this.folder = folder;
    }

    public static void main(String[] args) {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var interfaces = Kind.ALL.stream().map(Kind::api).collect(Collectors.toList());
        var options = List.of("--release", "17", "-proc:only");
        var task = compiler.getTask(null, null, null, options, interfaces, null);
        task.setProcessors(List.of(new WrapperGenerator(Path.of(args[0]))));
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
        Set<String> inherited = Set.of();
        for (Kind kind : Kind.ALL) {
            Map<String, ExecutableElement> methods = methodsOf(kind);
            Set<String> all = Set.copyOf(methods.keySet());
            if (kind.ofStatement()) methods.keySet().removeAll(inherited);
            methods.values().removeIf(method -> isOwn(kind, method));
            if (kind.isValue()) save(ValueSource.nameOf(kind), ValueSource.of(kind, methods.values()));
            else save(kind.name() + "Forwards", ForwardsSource.of(kind, methods.values()));
            if (kind.isLease()) {
                var every = methodsOf(kind).values();
                save(LazySource.PACKAGE, LazySource.NAME, LazySource.of(every));
                save(LazySource.PACKAGE, LazySource.REST, LazySource.restOf(every));
            }
            if (kind.name().equals("PreparedStatement"))
                save(
                        BindingSource.PACKAGE,
                        BindingSource.NAME,
                        BindingSource.of(methodsOf(kind).values()));
            inherited = all;
        }
        return false;
    }

    /** Every instance method, inherited ones too, by its signature. */
    private Map<String, ExecutableElement> methodsOf(Kind kind) {
        TypeElement type = processingEnv.getElementUtils().getTypeElement(kind.api());
        Map<String, ExecutableElement> found = new TreeMap<>();
        for (ExecutableElement method :
                ElementFilter.methodsIn(processingEnv.getElementUtils().getAllMembers(type))) {
            if (method.getModifiers().contains(Modifier.STATIC)) continue;
            if (method.getEnclosingElement().toString().equals("java.lang.Object")) continue;
            found.put(signature(method), method);
        }
        return new LinkedHashMap<>(found);
    }

    private String signature(ExecutableElement method) {
        return method.getSimpleName()
                + method.getParameters().stream()
                        .map(p ->
                                processingEnv.getTypeUtils().erasure(p.asType()).toString())
                        .collect(Collectors.joining(",", "(", ")"));
    }

    private boolean isOwn(Kind kind, ExecutableElement method) {
        return kind.own().contains(method.getSimpleName().toString())
                || kind.own().contains(signature(method));
    }

    private void save(String name, CharSequence source) {
        save(PACKAGE, name, source);
    }

    private void save(String to, String name, CharSequence source) {
        Path file = folder.resolve(to.replace('.', '/')).resolve(name + ".java");
        try {
            Files.createDirectories(file.getParent());
            if (Files.exists(file) && Files.readString(file).contentEquals(source)) return;
            Files.writeString(file, source);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
