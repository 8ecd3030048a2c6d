import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeParameterElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.TypeKind;

/**
 * The source of the statement with which one call of a batch sets its parameters. They may have other indexes in the
 * statement of the batch. Nothing else can be done with it.
 */
final class BindingSource {
    static final String PACKAGE = "dev.rockpool.jdbc.internal.batch";
    static final String NAME = "BindingForwards";

    private BindingSource() {}

    /** @param methods all methods of a prepared statement */
    static CharSequence of(Iterable<ExecutableElement> methods) {
        var out = new StringBuilder("package " + PACKAGE + ";\n\n");
        out.append("/** Sets parameters at other indexes, and refuses everything else. Generated. */\n");
        out.append("@SuppressWarnings(\"deprecation\") // it forwards what the API deprecates, too\n");
        out.append("abstract class " + NAME + " implements java.sql.PreparedStatement {\n");
        out.append("    /** The statement whose parameters are set. */\n");
        out.append("    abstract java.sql.PreparedStatement target();\n\n");
        out.append("    /** The index of this parameter in that statement. */\n");
        out.append("    abstract int indexOf(int parameter) throws java.sql.SQLException;\n\n");
        out.append("    /** The error for a call that sets no parameter. */\n");
        out.append("    abstract java.sql.SQLException refused(String method);\n");
        for (ExecutableElement method : methods) write(method, out);
        return out.append("}\n");
    }

    private static void write(ExecutableElement method, StringBuilder out) {
        String name = method.getSimpleName().toString();
        List<String> parameters = new ArrayList<>();
        List<String> arguments = new ArrayList<>();
        for (VariableElement parameter : method.getParameters()) {
            String argument = "p" + (arguments.size() + 1);
            parameters.add(parameter.asType() + " " + argument);
            arguments.add(argument);
        }
        out.append("\n    @Override\n    public ")
                .append(typeParameters(method))
                .append(method.getReturnType());
        out.append(" ").append(name).append("(").append(String.join(", ", parameters));
        out.append(") throws java.sql.SQLException {\n        ");
        if (setsParameter(method)) {
            arguments.set(0, "indexOf(p1)");
            out.append("target().")
                    .append(name)
                    .append("(")
                    .append(String.join(", ", arguments))
                    .append(");\n");
        } else if (name.equals("getConnection") || name.equals("isClosed")) {
            out.append("return target().").append(name).append("();\n");
        } else {
            out.append("throw refused(\"").append(name).append("\");\n");
        }
        out.append("    }\n");
    }

    private static String typeParameters(ExecutableElement method) {
        List<? extends TypeParameterElement> variables = method.getTypeParameters();
        if (variables.isEmpty()) return "";
        return variables.stream()
                .map(variable -> variable + " extends " + variable.getBounds().get(0))
                .collect(Collectors.joining(", ", "<", "> "));
    }

    /** The setters of a plain statement have one argument. */
    private static boolean setsParameter(ExecutableElement method) {
        List<? extends VariableElement> parameters = method.getParameters();
        return method.getSimpleName().toString().startsWith("set")
                && parameters.size() > 1
                && parameters.get(0).asType().getKind() == TypeKind.INT;
    }
}
