import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
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
    private static final String PACKAGE = "dev.rockpool.jdbc.internal.connection";
    private static final String ANY = "java.lang.Object";
    private static final Set<String> WRAPPED = Set.of(
            "java.sql.Statement",
            "java.sql.PreparedStatement",
            "java.sql.CallableStatement",
            "java.sql.ResultSet",
            "java.sql.DatabaseMetaData");

    private static final String LEASE = "LeasedConnection";
    private static final String VALUE = "LeasedValue";
    private static final Set<String> STREAMS =
            Set.of("java.io.InputStream", "java.io.OutputStream", "java.io.Reader", "java.io.Writer");

    /**
     * One interface.
     *
     * @param parent what the class of forwards extends; methods that the parent's interface has are not written again
     * @param own the names, or signatures, of methods that are written by hand
     */
    private record Kind(String name, String parent, Set<String> own) {
        /** A value that a lease handed out. Nothing of it is written by hand. */
        static Kind value(String name) {
            return new Kind(name, VALUE, Set.of());
        }

        boolean isValue() {
            return VALUE.equals(parent);
        }

        /** Whether what {@code Statement} has is inherited. */
        boolean ofStatement() {
            return parent != null && !parent.equals("Handle") && !isValue() && !isLease();
        }

        /** The connection itself. Its parent has all that the forwards need. */
        boolean isLease() {
            return LEASE.equals(parent);
        }

        /** The lease, in the generated code. */
        String lease() {
            return isLease() ? "this" : "connection";
        }
    }

    private static final List<Kind> KINDS = List.of(
            new Kind(
                    "Connection",
                    LEASE,
                    Set.of(
                            "close",
                            "isClosed",
                            "abort",
                            "isValid",
                            "unwrap",
                            "isWrapperFor",
                            "commit",
                            "rollback",
                            "getAutoCommit",
                            "setAutoCommit",
                            "isReadOnly",
                            "setReadOnly",
                            "getTransactionIsolation",
                            "setTransactionIsolation",
                            "getCatalog",
                            "setCatalog",
                            "getSchema",
                            "setSchema",
                            "getNetworkTimeout",
                            "setNetworkTimeout",
                            "getHoldability",
                            "setHoldability",
                            "getTypeMap",
                            "setTypeMap",
                            "getClientInfo()",
                            "setClientInfo",
                            "setShardingKey",
                            "setShardingKeyIfValid",
                            "prepareStatement",
                            "prepareCall")),
            new Kind(
                    "Statement",
                    "Handle",
                    Set.of(
                            "close",
                            "isClosed",
                            "getConnection",
                            "getResultSet",
                            "getGeneratedKeys",
                            "closeOnCompletion",
                            "setQueryTimeout",
                            "unwrap",
                            "isWrapperFor")),
            new Kind("PreparedStatement", "PooledStatement", Set.of()),
            new Kind("CallableStatement", "PreparedStatementForwards", Set.of()),
            new Kind("ResultSet", "Handle", Set.of("close", "isClosed", "getStatement", "unwrap", "isWrapperFor")),
            new Kind(
                    "DatabaseMetaData",
                    null,
                    Set.of(
                            "getConnection",
                            "unwrap",
                            "isWrapperFor",
                            "getDriverMajorVersion",
                            "getDriverMinorVersion")),
            Kind.value("Array"),
            Kind.value("Blob"),
            Kind.value("Clob"),
            Kind.value("NClob"),
            Kind.value("ParameterMetaData"),
            Kind.value("Ref"),
            Kind.value("ResultSetMetaData"),
            Kind.value("SQLXML"),
            Kind.value("Struct"));

    /** What is handed out as one of the values above. */
    private static final Set<String> VALUES = KINDS.stream()
            .filter(Kind::isValue)
            .map(kind -> "java.sql." + kind.name)
            .collect(Collectors.toSet());

    private final Path folder;

    private WrapperGenerator(Path folder) {
        this.folder = folder;
    }

    public static void main(String[] args) {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var interfaces = KINDS.stream().map(kind -> "java.sql." + kind.name).collect(Collectors.toList());
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
        for (Kind kind : KINDS) {
            Map<String, ExecutableElement> methods = methodsOf(kind);
            Set<String> all = Set.copyOf(methods.keySet());
            if (kind.ofStatement()) methods.keySet().removeAll(inherited);
            if (kind.isValue()) writeValue(kind, methods.values());
            else write(kind, methods.values());
            inherited = all;
        }
        return false;
    }

    /** Every instance method, inherited ones too, by its signature. */
    private Map<String, ExecutableElement> methodsOf(Kind kind) {
        TypeElement type = processingEnv.getElementUtils().getTypeElement("java.sql." + kind.name);
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

    /** Whether this call may run something on the server, and so open a transaction or leave warnings. */
    private static boolean runs(Kind kind, ExecutableElement method) {
        String name = method.getSimpleName().toString();
        return switch (kind.name) {
            case "Connection" -> name.equals("setSavepoint");
            case "Statement", "PreparedStatement", "CallableStatement" ->
                name.startsWith("execute") || name.equals("getMetaData") || name.equals("getParameterMetaData");
            case "ResultSet" ->
                Set.of("insertRow", "updateRow", "deleteRow", "refreshRow").contains(name);
            case "DatabaseMetaData" ->
                method.getReturnType().getKind() != TypeKind.BOOLEAN
                        && !name.matches("get(Driver|Database|JDBC|URL|UserName).*");
            default -> !name.matches("getColumn(Count|Label)");
        };
    }

    /** Whether this call, which runs nothing, may leave a warning: that another kind of statement was made than was asked for. */
    private static boolean warns(Kind kind, ExecutableElement method) {
        return kind.name.equals("Connection")
                && method.getSimpleName().contentEquals("createStatement")
                && !method.getParameters().isEmpty();
    }

    /** Whether a statement works in another way from then on than it did when it was made. */
    private static boolean changes(Kind kind, ExecutableElement method) {
        return kind.name.equals("Statement")
                && method.getSimpleName().toString().matches("set.*|getMoreResults|addBatch");
    }

    /** Whether its argument is SQL that runs later. */
    private static boolean isText(Kind kind, ExecutableElement method) {
        return kind.name.equals("Statement")
                && method.getSimpleName().contentEquals("addBatch")
                && !method.getParameters().isEmpty();
    }

    /** Whether this call may wait for the server for long. */
    private static boolean waits(Kind kind, ExecutableElement method) {
        return runs(kind, method) && !kind.name.equals("DatabaseMetaData")
                || kind.name.equals("ResultSet") && method.getSimpleName().contentEquals("next");
    }

    private boolean isOwn(Kind kind, ExecutableElement method) {
        return kind.own.contains(method.getSimpleName().toString()) || kind.own.contains(signature(method));
    }

    private void write(Kind kind, Iterable<ExecutableElement> methods) {
        String api = "java.sql." + kind.name;
        var out = new StringBuilder();
        out.append("package ").append(PACKAGE).append(";\n\n");
        out.append("/** Forwards every method of {@link ")
                .append(api)
                .append("} that has no behaviour of its own. Generated. */\n");
        out.append("@SuppressWarnings(\"deprecation\") // it forwards what the API deprecates, too\n");
        out.append("abstract class ").append(kind.name).append("Forwards");
        if (kind.parent != null) out.append(" extends ").append(kind.parent);
        out.append(" implements ").append(api).append(" {\n");
        if (kind.parent != null) constructor(kind, out);
        if (!kind.isLease()) abstractMethods(kind, api, methods, out);
        for (ExecutableElement method : methods) {
            if (!isOwn(kind, method)) forward(kind, method, out);
        }
        out.append("}\n");
        save(kind.name + "Forwards", out);
    }

    /** What the hand-written subclass says of itself. */
    private void abstractMethods(Kind kind, String api, Iterable<ExecutableElement> methods, StringBuilder out) {
        out.append("\n    /** The driver's object. */\n");
        if (kind.ofStatement()) out.append("    @Override\n");
        out.append("    abstract ").append(api).append(" delegate() throws java.sql.SQLException;\n");
        if (kind.parent == null) {
            out.append("\n    /** Said before a call that may reach the server. */\n    abstract void ran();\n");
            out.append("\n    /** Judges an exception of the driver, and returns it. */\n");
            out.append("    abstract java.sql.SQLException failed(java.sql.SQLException e);\n");
        }
        if (!kind.ofStatement()) hooks(kind, methods, out);
    }

    /** The whole class: it has nothing of its own. */
    private void writeValue(Kind kind, Iterable<ExecutableElement> methods) {
        String api = "java.sql." + kind.name;
        String name = "Pooled" + kind.name;
        var out = new StringBuilder();
        out.append("package ").append(PACKAGE).append(";\n\n");
        out.append("/** A {@link ").append(api).append("} of a lease. Generated. */\n");
        out.append("final class ")
                .append(name)
                .append(" extends LeasedValue<")
                .append(api)
                .append("> implements ");
        out.append(api)
                .append(" {\n    ")
                .append(name)
                .append("(LeasedConnection connection, ")
                .append(api);
        out.append(" driver) {\n        super(connection, driver);\n    }\n");
        for (ExecutableElement method : methods) {
            switch (method.getSimpleName().toString()) {
                case "unwrap" ->
                    out.append("\n    @Override\n    public <T> T unwrap(java.lang.Class<T> type)")
                            .append(" throws java.sql.SQLException {\n        return unwrapTo(type);\n    }\n");
                case "isWrapperFor" ->
                    out.append("\n    @Override\n    public boolean isWrapperFor(java.lang.Class<?> type)")
                            .append(" throws java.sql.SQLException {\n        return wraps(type);\n    }\n");
                default -> forward(kind, method, out);
            }
        }
        out.append("}\n");
        save(name, out);
    }

    private static void constructor(Kind kind, StringBuilder out) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (kind.isLease()) {
            parameters.put("engine", "dev.rockpool.internal.engine.Engine<PhysicalConnection>");
            parameters.put("slot", "dev.rockpool.internal.core.slot.Slot<PhysicalConnection>");
            parameters.put("ticket", "long");
        } else {
            parameters.put("connection", LEASE);
            if (kind.ofStatement()) {
                parameters.put("driver", "java.sql.Statement");
                parameters.put("sql", "String");
            }
        }
        String declared = parameters.entrySet().stream()
                .map(parameter -> parameter.getValue() + " " + parameter.getKey())
                .collect(Collectors.joining(", "));
        out.append("    ")
                .append(kind.name)
                .append("Forwards(")
                .append(declared)
                .append(") {\n");
        out.append("        super(")
                .append(String.join(", ", parameters.keySet()))
                .append(");\n    }\n");
    }

    /** Declares what the subclass must wrap; prepared and callable statements have these from their parent. */
    private void hooks(Kind kind, Iterable<ExecutableElement> methods, StringBuilder out) {
        Set<String> hooks = new TreeSet<>();
        for (ExecutableElement method : methods) {
            String type = method.getReturnType().toString();
            if (WRAPPED.contains(type) && !isOwn(kind, method)) hooks.add(type + " wrap(" + type + " driver)");
            if (type.equals(ANY) || kind.name.equals("Statement")) {
                hooks.add(ANY + " wrapAny(" + ANY + " value)");
                hooks.add("<T> T wrapAs(java.lang.Class<T> type, T value)");
            }
        }
        if (kind.name.equals("Statement")) {
            out.append(
                    "\n    /** Said before a call after which it works in another way. */\n    abstract void changed();\n");
            out.append(
                    "\n    /** Runs when SQL is added that executes later. */\n    abstract void sees(java.lang.String sql) throws java.sql.SQLException;\n");
            out.append(
                    "\n    /** Runs before this SQL executes. */\n    abstract void began(java.lang.String sql) throws java.sql.SQLException;\n");
        }
        for (String hook : hooks) {
            out.append("\n    /** What the user gets instead. */\n    abstract ")
                    .append(hook);
            out.append(" throws java.sql.SQLException;\n");
        }
    }

    private void forward(Kind kind, ExecutableElement method, StringBuilder out) {
        List<String> parameters = new ArrayList<>();
        List<String> arguments = new ArrayList<>();
        for (VariableElement parameter : method.getParameters()) {
            String name = "p" + (arguments.size() + 1);
            parameters.add(parameter.asType() + " " + name);
            arguments.add(isBared(parameter.asType()) ? "LeasedValues.bare(" + name + ")" : name);
        }
        TypeMirror result = method.getReturnType();
        String call = "to." + method.getSimpleName() + "(" + String.join(", ", arguments) + ")";
        out.append("\n    @Override\n    public ");
        if (!method.getTypeParameters().isEmpty()) {
            var variable = method.getTypeParameters().get(0);
            out.append("<")
                    .append(variable)
                    .append(" extends ")
                    .append(variable.getBounds().get(0))
                    .append("> ");
        }
        out.append(result).append(" ").append(method.getSimpleName());
        out.append("(").append(String.join(", ", parameters)).append(")").append(" throws java.sql.SQLException {\n");
        if (isFree(kind, method)) out.append("        if (isGone()) return; // as closing\n");
        out.append("        java.sql.").append(kind.name).append(" to = delegate();\n");
        if (runs(kind, method)) out.append("        ran();\n");
        if (warns(kind, method)) out.append("        mayWarn();\n");
        if (changes(kind, method)) out.append("        changed();\n");
        if (isText(kind, method)) out.append("        sees(p1);\n");
        if (waits(kind, method))
            out.append("        began(").append(sqlOf(kind, method)).append(");\n");
        out.append("        try {\n            ");
        if (result.getKind() != TypeKind.VOID) out.append("return ");
        out.append(wrapped(kind, result, call, arguments)).append(";\n");
        out.append("        } catch (java.sql.SQLException e) {\n            throw failed(e);\n        }");
        if (waits(kind, method)) out.append(" finally {\n            ended();\n        }");
        out.append("\n    }\n");
    }

    /** The parameter that is the SQL that runs, where there is one. */
    private static String sqlOf(Kind kind, ExecutableElement method) {
        boolean given = kind.name.equals("Statement")
                && method.getSimpleName().toString().startsWith("execute")
                && !method.getParameters().isEmpty();
        return given ? "p1" : "";
    }

    private static String wrapped(Kind kind, TypeMirror result, String call, List<String> arguments) {
        String type = result.toString();
        if (WRAPPED.contains(type)) return "wrap(" + call + ")";
        if (VALUES.contains(type)) return "LeasedValues.wrap(" + kind.lease() + ", " + call + ")";
        if (STREAMS.contains(type)) return "LeasedStreams.wrap(" + kind.lease() + ", " + call + ")";
        if (type.equals(ANY)) return "wrapAny(" + call + ")";
        if (type.equals(ANY + "[]")) return "LeasedValues.of(" + kind.lease() + ", " + call + ")";
        if (result.getKind() != TypeKind.TYPEVAR) return call;
        if (kind.isValue()) return "LeasedStreams.wrapXml(" + kind.lease() + ", " + call + ")";
        return "wrapAs(" + arguments.get(1) + ", " + call + ")";
    }

    /** Whether an argument of this type may be something that the lease handed out. */
    private static boolean isBared(TypeMirror type) {
        String name = type.toString();
        return VALUES.contains(name) || name.equals(ANY) || name.equals(ANY + "[]");
    }

    /** Whether it ends a value. */
    private static boolean isFree(Kind kind, ExecutableElement method) {
        return kind.isValue() && method.getSimpleName().contentEquals("free");
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
