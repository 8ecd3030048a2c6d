import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.TypeKind;

/**
 * The source of the forwards of a connection that gets its session with the first statement, and of one that has a
 * session from the start. A session is itself a connection of a pool, so nothing has to be wrapped.
 */
final class LazySource {
    static final String PACKAGE = "dev.rockpool.jdbc.internal.cluster";
    static final String NAME = "LazyForwards";
    static final String REST = "SessionForwards";

    /** The names, or signatures, of methods that are written by hand: they need no session, or are kept for one. */
    private static final Set<String> OWN = Set.of(
            "close",
            "isClosed",
            "isValid",
            "abort",
            "unwrap",
            "isWrapperFor",
            "commit",
            "rollback()",
            "getAutoCommit",
            "setAutoCommit",
            "isReadOnly",
            "setReadOnly",
            "setTransactionIsolation",
            "setCatalog",
            "setSchema",
            "setHoldability",
            "setTypeMap",
            "setNetworkTimeout",
            "setClientInfo",
            "getWarnings",
            "clearWarnings",
            "beginRequest",
            "endRequest");

    /** The names of methods that are written by hand even if there is a session: they end it, or throw something else. */
    private static final Set<String> ALWAYS_OWN = Set.of("close", "abort", "unwrap", "isWrapperFor", "setClientInfo");

    private LazySource() {}

    static CharSequence of(Iterable<ExecutableElement> methods) {
        var out = new StringBuilder("package " + PACKAGE + ";\n\n");
        out.append("/** Forwards every method that needs a session. Generated. */\n");
        out.append("abstract class " + NAME + " implements java.sql.Connection {\n");
        out.append("    /** The session, which the first call gets. */\n");
        out.append("    abstract java.sql.Connection session() throws java.sql.SQLException;\n");
        for (ExecutableElement method : methods) if (!isOwn(method)) forward(method, out);
        return out.append("}\n");
    }

    /** The forwards that are missing if the session is there from the start. */
    static CharSequence restOf(Iterable<ExecutableElement> methods) {
        var out = new StringBuilder("package " + PACKAGE + ";\n\n");
        out.append("/** Forwards nearly every method. Generated. */\n");
        out.append("abstract class " + REST + " extends " + NAME + " {\n");
        for (ExecutableElement method : methods)
            if (isOwn(method) && !ALWAYS_OWN.contains(method.getSimpleName().toString())) forward(method, out);
        return out.append("}\n");
    }

    private static boolean isOwn(ExecutableElement method) {
        String name = method.getSimpleName().toString();
        return OWN.contains(name) || method.getParameters().isEmpty() && OWN.contains(name + "()");
    }

    private static void forward(ExecutableElement method, StringBuilder out) {
        List<String> parameters = new ArrayList<>();
        List<String> arguments = new ArrayList<>();
        for (VariableElement parameter : method.getParameters()) {
            String name = "p" + (arguments.size() + 1);
            parameters.add(parameter.asType() + " " + name);
            arguments.add(name);
        }
        out.append("\n    @Override\n    public ").append(method.getReturnType());
        out.append(" ").append(method.getSimpleName()).append("(").append(String.join(", ", parameters));
        out.append(") throws java.sql.SQLException {\n        ");
        if (method.getReturnType().getKind() != TypeKind.VOID) out.append("return ");
        out.append("session().").append(method.getSimpleName()).append("(").append(String.join(", ", arguments));
        out.append(");\n    }\n");
    }
}
