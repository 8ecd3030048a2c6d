import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;

/** The source of one method that forwards its call to the driver's object. */
final class MethodSource {
    static final String ANY = "java.lang.Object";
    static final Set<String> WRAPPED = Set.of(
            "java.sql.Statement",
            "java.sql.PreparedStatement",
            "java.sql.CallableStatement",
            "java.sql.ResultSet",
            "java.sql.DatabaseMetaData");

    private static final Set<String> STREAMS =
            Set.of("java.io.InputStream", "java.io.OutputStream", "java.io.Reader", "java.io.Writer");

    private MethodSource() {}

    static void forward(Kind kind, ExecutableElement method, StringBuilder out) {
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
        if (CallRules.isFree(kind, method)) out.append("        if (isGone()) return; // as closing\n");
        out.append("        java.sql.").append(kind.name()).append(" to = delegate();\n");
        if (CallRules.runs(kind, method)) out.append("        ran();\n");
        if (CallRules.warns(kind, method)) out.append("        mayWarn();\n");
        if (CallRules.changes(kind, method)) out.append("        changed();\n");
        if (CallRules.isText(kind, method)) out.append("        sees(p1);\n");
        boolean waits = CallRules.waits(kind, method);
        boolean asks = waits && CallRules.asks(method);
        if (asks) out.append("        beganAsking();\n");
        else if (waits) out.append("        began(").append(sqlOf(kind, method)).append(");\n");
        out.append("        try {\n            ");
        if (result.getKind() != TypeKind.VOID) out.append("return ");
        out.append(wrapped(kind, result, call, arguments)).append(";\n");
        out.append("        } catch (java.sql.SQLException e) {\n            throw failed(e);\n        }");
        if (waits || CallRules.runs(kind, method))
            out.append(" catch (java.lang.RuntimeException | java.lang.Error e) {\n            threw(e);\n")
                    .append("            throw e;\n        }");
        if (waits)
            out.append(" finally {\n            ended")
                    .append(asks ? "Asking" : "")
                    .append("();\n        }");
        out.append("\n    }\n");
    }

    /** The parameter that is the SQL that runs, where there is one. */
    private static String sqlOf(Kind kind, ExecutableElement method) {
        boolean given = kind.name().equals("Statement")
                && method.getSimpleName().toString().startsWith("execute")
                && !method.getParameters().isEmpty();
        return given ? "p1" : "";
    }

    private static String wrapped(Kind kind, TypeMirror result, String call, List<String> arguments) {
        String type = result.toString();
        if (WRAPPED.contains(type)) return "wrap(" + call + ")";
        if (Kind.VALUES.contains(type)) return "LeasedValues.wrap(" + kind.lease() + ", " + call + ")";
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
        return Kind.VALUES.contains(name) || name.equals(ANY) || name.equals(ANY + "[]");
    }
}
